import { hedgerow, withHedgerow } from '../../hedgerow.js'

export const getServerSideProps = withHedgerow(async ({ params, query }) => {
  const scope = await hedgerow()
  if (query.user) await scope.identify(query.user)
  if (query.to) return { redirect: { destination: query.to, permanent: false } }
  scope.capture('legacy page', { page: params.page })
  return { props: { id: scope.distinctId, source: scope.identitySource } }
})

export default function Legacy({ id, source }) {
  return <p>{`first=${id} by ${source};`}</p>
}
