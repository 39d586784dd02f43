export default function Other() {
  return <p id="there">other</p>
}

export const getServerSideProps = async () => ({ props: {} })
