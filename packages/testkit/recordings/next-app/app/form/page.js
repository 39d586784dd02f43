import Form from 'next/form'

async function order() {
  'use server'
}

export default function Order() {
  return (
    <main>
      <form action={order}>
        <button id="order">order</button>
      </form>
      <Form action="/shop">
        <button id="search">search</button>
      </Form>
    </main>
  )
}
