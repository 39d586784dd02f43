export default function Legacy() {
  return <p>from the Pages Router</p>
}
