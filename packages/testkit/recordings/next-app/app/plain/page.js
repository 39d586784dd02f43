export default function Plain() {
  return <p>plain</p>
}
