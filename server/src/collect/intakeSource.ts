/** A source as the intake knows it; `publicId` and `name` are for the live debugger. */
export type IntakeSource = { workspace: number; id: number; publicId: string; name: string }

/** Requests with an unknown key belong to no workspace: they are counted apart. */
export const nobody: IntakeSource = { workspace: 0, id: 0, publicId: '', name: '' }
