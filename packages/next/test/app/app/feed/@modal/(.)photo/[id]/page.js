export default function Modal() {
  return <p>modal</p>
}
