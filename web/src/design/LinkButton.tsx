import { Button, type ButtonProps } from '@mantine/core'
import { createLink, useRouter } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react'

type AnchorButtonProps = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>

function AnchorButton(props: AnchorButtonProps) {
  return <Button component="a" {...props} />
}

/** A button that is a link of the router: `<LinkButton to="/sources" search={{ new: true }}>`. */
export const LinkButton = createLink(AnchorButton)

type HrefLinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & {
  href: string
  children: ReactNode
}

/** A link whose address is a text with its query, as the server or a list gives it. */
export function HrefLink({ href, children, ...rest }: HrefLinkProps) {
  const follow = useFollow()
  return (
    <a {...rest} href={href} onClick={(event) => follow(event, href)}>
      {children}
    </a>
  )
}

type HrefButtonProps = ButtonProps & { href: string; children: ReactNode }

/** A button for such an address. */
export function HrefButton({ href, children, ...rest }: HrefButtonProps) {
  const follow = useFollow()
  return (
    <Button component="a" {...rest} href={href} onClick={(event) => follow(event, href)}>
      {children}
    </Button>
  )
}

/** Lets the router follow a plain click; the browser keeps new tabs and windows. */
function useFollow() {
  const router = useRouter()
  return (event: MouseEvent<HTMLAnchorElement>, href: string) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    router.navigate({ href })
  }
}
