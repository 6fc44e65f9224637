import type { LocalText } from '../privacy/index.ts'

const texts: Record<string, LocalText> = {
  consent_refused: {
    fr: 'La personne a refusé cette finalité ou ce canal.',
    en: 'The person refused this purpose or this channel.',
  },
  consent_missing: {
    fr: "La personne n'a pas donné son consentement pour cette finalité.",
    en: 'The person has not given consent for this purpose.',
  },
  profile_gone: {
    fr: "Le profil n'existe plus : il n'y a rien à envoyer.",
    en: 'The profile does not exist any more: there is nothing to send.',
  },
  interrupted: {
    fr: "Chaque tentative a été interrompue avant d'être notée.",
    en: 'Each attempt was interrupted before its outcome was recorded.',
  },
  destination_deleted: {
    fr: "La destination a été supprimée avant l'envoi.",
    en: 'The destination was deleted before the delivery.',
  },
  timeout: {
    fr: 'La destination n’a pas répondu en 15 secondes.',
    en: 'The destination did not answer within 15 seconds.',
  },
  address_refused: {
    fr: "L'adresse n'est pas sur l'internet public. Pour l'autoriser : ALLOW_PRIVATE_NETWORK=true.",
    en: 'The address is not on the public internet. To allow it: ALLOW_PRIVATE_NETWORK=true.',
  },
  name_not_found: {
    fr: "Le nom de l'hôte est introuvable.",
    en: 'The host name was not found.',
  },
  connection_refused: {
    fr: 'La connexion est refusée ou l’hôte est injoignable.',
    en: 'The connection was refused or the host cannot be reached.',
  },
  connection_lost: {
    fr: 'La connexion a été coupée avant la réponse.',
    en: 'The connection broke before an answer came.',
  },
  tls_failed: {
    fr: 'La connexion sécurisée a échoué : vérifier le certificat de la destination.',
    en: 'The secure connection failed: check the certificate of the destination.',
  },
  error_in_body: {
    fr: 'La destination a répondu 200, et une erreur dans le corps de sa réponse.',
    en: 'The destination answered 200, with an error in the body of its answer.',
  },
  http_410: {
    fr: 'La destination répond qu’elle a disparu pour de bon (410).',
    en: 'The destination answers that it is gone for good (410).',
  },
  http_429: {
    fr: 'La destination demande de ralentir (429).',
    en: 'The destination asks to slow down (429).',
  },
}

/** The sentence for a reason's code, in both languages. */
export function reasonText(code: string): LocalText {
  const known = texts[code]
  if (known) return known
  const status = Number(/^http_(\d{3})$/.exec(code)?.[1])
  if (status >= 300 && status < 400) {
    return {
      fr: `La destination redirige (${status}) : indiquer l'adresse finale.`,
      en: `The destination redirects (${status}): give its final address.`,
    }
  }
  if (status >= 500) {
    return {
      fr: `La destination est en panne (${status}).`,
      en: `The destination is failing (${status}).`,
    }
  }
  if (status > 0) {
    return {
      fr: `La destination refuse le message (${status}).`,
      en: `The destination refuses the message (${status}).`,
    }
  }
  return { fr: `Motif : ${code}.`, en: `Reason: ${code}.` }
}
