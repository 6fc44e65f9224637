import type { QueryParams } from '../platform/clickhouse.ts'
import { peopleOnlySql } from './eventStreams.ts'
import { staffSql } from './kinds/staff.ts'
import type { StaffDefinition } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'
import { TIMELESS } from './streams.ts'

/** People as customers: those who are neither staff nor a test. */

/** The ids of the customers of the workspace; of all people where the question tells no staff. */
export function customersSql(builder: SqlBuilder): string {
  const { staff } = builder
  const people = peopleOnlySql(builder)
  return staff === null ? people : `${people} AND NOT ${staffSql(staff, builder)}`
}

/** A condition on a row `p` of the people that it is a customer, with the values bound in it. */
export function isCustomer(
  staff: StaffDefinition,
  at: { workspace: number; now: number },
): { sql: string; params: QueryParams } {
  const builder = new SqlBuilder({ ...at, calendar: TIMELESS, prefix: 'staff' })
  return { sql: `NOT ${staffSql(staff, builder)}`, params: builder.params }
}
