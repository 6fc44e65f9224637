/** A source as the intake knows it; `publicId` and `name` are for the live debugger. */
export type IntakeSource = { workspace: number; id: number; publicId: string; name: string }
