import type { CartLine } from './cart.ts'
import { priceText } from './catalogue.ts'
import { type Html, html } from './html.ts'

/** What somebody is about to buy, and what it comes to. */
export function cartTable(lines: readonly CartLine[]): Html {
  const total = lines.reduce((sum, line) => sum + line.cents, 0)
  return html`<table>
    <tbody>
      ${lines.map(
        ({ product, quantity, cents }) =>
          html`<tr>
            <td><a href="/products/${product.id}">${product.name}</a></td>
            <td class="number">${quantity} ×</td>
            <td class="number">${priceText(cents)}</td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <th colspan="2" scope="row">Total</th>
        <td class="number">${priceText(total)}</td>
      </tr>
    </tfoot>
  </table>`
}
