export default function Other() {
  return <p>by the Pages Router</p>
}

export const getServerSideProps = async () => ({ props: {} })
