export default async function Docs({ params }) {
  return <p>{(await params).slug?.join()}</p>
}
