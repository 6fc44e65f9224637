/** Why something sent was not accepted: a code, what happened, what to do, in both languages. */

export type LocalText = { fr: string; en: string }

export type ReasonCode =
  | 'wrong_key'
  | 'body_too_large'
  | 'unreadable_encoding'
  | 'invalid_json'
  | 'not_an_object'
  | 'missing_batch'
  | 'too_many_events'
  | 'event_not_an_object'
  | 'event_too_large'
  | 'unknown_type'
  | 'missing_ids'
  | 'missing_event_name'
  | 'event_name_too_long'
  | 'missing_group_id'
  | 'missing_previous_id'
  | 'message_id_too_long'
  | 'identifier_too_long'

export type Reason = { text: LocalText; hint: LocalText; status: 400 | 401 | 413 }

export const reasons: Record<ReasonCode, Reason> = {
  wrong_key: {
    status: 401,
    text: {
      fr: 'La clé d’écriture est absente ou inconnue.',
      en: 'The write key is missing or unknown.',
    },
    hint: {
      fr: 'Copiez la clé depuis l’écran Sources, et vérifiez qu’elle n’a pas été renouvelée.',
      en: 'Copy the key from the Sources screen, and check that it has not been rotated.',
    },
  },
  body_too_large: {
    status: 413,
    text: { fr: 'La requête dépasse 500 Ko.', en: 'The request is larger than 500 KB.' },
    hint: {
      fr: 'Envoyez des lots plus petits.',
      en: 'Send smaller batches.',
    },
  },
  unreadable_encoding: {
    status: 400,
    text: {
      fr: 'La compression de la requête ne peut pas être lue.',
      en: 'The compression of the request cannot be read.',
    },
    hint: {
      fr: 'Envoyez le corps en clair ou compressé par gzip, avec l’en-tête Content-Encoding.',
      en: 'Send the body plain or compressed by gzip, with its Content-Encoding header.',
    },
  },
  invalid_json: {
    status: 400,
    text: { fr: 'Le corps de la requête n’est pas du JSON.', en: 'The body is not valid JSON.' },
    hint: {
      fr: 'Construisez le corps avec un sérialiseur JSON plutôt qu’en assemblant du texte.',
      en: 'Build the body with a JSON serialiser rather than by joining text.',
    },
  },
  not_an_object: {
    status: 400,
    text: {
      fr: 'Le corps de la requête n’est pas un objet JSON.',
      en: 'The body is not a JSON object.',
    },
    hint: {
      fr: 'Envoyez un objet, ou un lot de la forme {"batch": […]}.',
      en: 'Send an object, or a batch of the form {"batch": […]}.',
    },
  },
  missing_batch: {
    status: 400,
    text: { fr: 'La liste « batch » est absente.', en: 'The list “batch” is missing.' },
    hint: {
      fr: 'Placez les événements dans une liste nommée « batch ».',
      en: 'Put the events into a list named “batch”.',
    },
  },
  too_many_events: {
    status: 400,
    text: {
      fr: 'Le lot contient plus de 2 500 événements.',
      en: 'The batch holds more than 2,500 events.',
    },
    hint: { fr: 'Envoyez des lots plus petits.', en: 'Send smaller batches.' },
  },
  event_not_an_object: {
    status: 400,
    text: { fr: 'L’événement n’est pas un objet.', en: 'The event is not an object.' },
    hint: {
      fr: 'Chaque élément du lot doit être un objet avec un champ « type ».',
      en: 'Each item of the batch must be an object with a “type”.',
    },
  },
  event_too_large: {
    status: 400,
    text: { fr: 'L’événement dépasse 32 Ko.', en: 'The event is larger than 32 KB.' },
    hint: {
      fr: 'Retirez les longs textes et les documents des propriétés.',
      en: 'Take long texts and documents out of the properties.',
    },
  },
  unknown_type: {
    status: 400,
    text: { fr: 'Le type d’événement est inconnu.', en: 'The type of the event is unknown.' },
    hint: {
      fr: 'Types acceptés : identify, track, page, screen, group, alias.',
      en: 'Accepted types: identify, track, page, screen, group, alias.',
    },
  },
  missing_ids: {
    status: 400,
    text: {
      fr: 'L’événement ne dit pas de qui il vient.',
      en: 'The event does not say whom it comes from.',
    },
    hint: {
      fr: 'Ajoutez « userId », « anonymousId », context.externalIds ou un trait e-mail ou téléphone.',
      en: 'Add “userId”, “anonymousId”, context.externalIds, or an e-mail or phone trait.',
    },
  },
  missing_event_name: {
    status: 400,
    text: { fr: 'L’événement « track » n’a pas de nom.', en: 'The “track” event has no name.' },
    hint: { fr: 'Ajoutez le champ « event ».', en: 'Add the field “event”.' },
  },
  event_name_too_long: {
    status: 400,
    text: {
      fr: 'Le nom de l’événement dépasse 255 caractères.',
      en: 'The name of the event is longer than 255 characters.',
    },
    hint: {
      fr: 'Gardez un nom court et mettez les détails dans les propriétés.',
      en: 'Keep the name short and put details into the properties.',
    },
  },
  missing_group_id: {
    status: 400,
    text: { fr: 'L’événement « group » n’a pas de groupe.', en: 'The “group” event has no group.' },
    hint: { fr: 'Ajoutez le champ « groupId ».', en: 'Add the field “groupId”.' },
  },
  missing_previous_id: {
    status: 400,
    text: {
      fr: 'L’événement « alias » ne relie pas deux identifiants.',
      en: 'The “alias” event does not link two identifiers.',
    },
    hint: {
      fr: 'Ajoutez « userId » et « previousId ».',
      en: 'Add “userId” and “previousId”.',
    },
  },
  message_id_too_long: {
    status: 400,
    text: {
      fr: 'Le « messageId » dépasse 100 caractères.',
      en: 'The “messageId” is longer than 100 characters.',
    },
    hint: { fr: 'Utilisez un UUID.', en: 'Use a UUID.' },
  },
  identifier_too_long: {
    status: 400,
    text: {
      fr: 'Un identifiant dépasse 500 caractères.',
      en: 'An identifier is longer than 500 characters.',
    },
    hint: {
      fr: 'Vérifiez que le champ contient un identifiant et non un document.',
      en: 'Check that the field holds an identifier and not a document.',
    },
  },
}

/** The texts of a stored code; a code that this version does not know is shown as it is. */
export function reasonTexts(code: string): { text: LocalText; hint: LocalText } {
  const known = (reasons as Partial<Record<string, Reason>>)[code]
  if (known) return { text: known.text, hint: known.hint }
  return { text: { fr: code, en: code }, hint: { fr: '', en: '' } }
}
