export default function Photo() {
  return <p>photo</p>
}
