import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begun last, one of them would run on alone, with the other cores idle. */
const LONG = [/simulation\/simulation\.test\.ts$/, /test\/acceptanceDemo\.test\.ts$/]

const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => name.test(moduleId))

/** The order of test files: those that take longest first. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
