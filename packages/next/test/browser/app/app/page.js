export default function Home() {
  return <p>static</p>
}
