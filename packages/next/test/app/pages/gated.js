import { withFlag } from '../hedgerow.js'

const refusals = {
  'not-found': 'not-found',
  forbidden: 'forbidden',
  redirect: { redirect: '/plain' },
  own: ({ query }) => ({ props: { text: `no ${query.otherwise}` } }),
}

export async function getServerSideProps(context) {
  const otherwise = refusals[context.query.otherwise]
  return withFlag('beta', () => Promise.resolve({ props: { text: 'beta' } }), { otherwise })(context)
}

export default function Gated({ text }) {
  return <p>{text}</p>
}
