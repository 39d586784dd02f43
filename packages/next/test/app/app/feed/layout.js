export default function Feed({ children, modal }) {
  return (
    <>
      {children}
      {modal}
    </>
  )
}
