import Link from 'next/link'
import type { CartLine } from './cart.ts'
import { priceText } from './catalogue.ts'

/** What somebody is about to buy, and what it comes to. */
export function CartTable({ lines }: { lines: readonly CartLine[] }) {
  const total = lines.reduce((sum, line) => sum + line.cents, 0)
  return (
    <table>
      <tbody>
        {lines.map(({ product, quantity, cents }) => (
          <tr key={product.id}>
            <td>
              <Link href={`/products/${product.id}`}>{product.name}</Link>
            </td>
            <td className="number">{quantity} ×</td>
            <td className="number">{priceText(cents)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th colSpan={2} scope="row">
            Total
          </th>
          <td className="number">{priceText(total)}</td>
        </tr>
      </tfoot>
    </table>
  )
}
