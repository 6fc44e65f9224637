/**
 * Whose a row `e` of the events in ClickHouse was at its time: its anchor's, or of a device that of
 * who was logged in there then, by the logins of today.
 */

/** The owner, where `DEVICES` is joined. */
export const OWNER = `if(empty(d.owners), e.anchor,
  d.owners[arrayLastIndex(start -> start <= toUnixTimestamp64Milli(e.time), d.starts)])`

/** Joins the logins of devices; `chosen`: a condition on their rows. */
export const devicesJoin = (chosen = 'true'): string =>
  `LEFT ANY JOIN (SELECT device, starts, owners FROM device FINAL WHERE ${chosen}) AS d
   ON d.device = e.anchor`
