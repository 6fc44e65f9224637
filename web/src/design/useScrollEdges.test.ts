import { expect, test } from 'vitest'
import { edgesOf } from './useScrollEdges.ts'

test.each([
  { scrollLeft: 0, scrollWidth: 300, edges: 'none', when: 'all of it is seen' },
  { scrollLeft: 0, scrollWidth: 300.6, edges: 'none', when: 'only a part of a pixel is not' },
  { scrollLeft: 0, scrollWidth: 500, edges: 'end', when: 'it begins' },
  { scrollLeft: 90, scrollWidth: 500, edges: 'both', when: 'it is in the middle' },
  { scrollLeft: 200, scrollWidth: 500, edges: 'start', when: 'it ends' },
  { scrollLeft: -200, scrollWidth: 500, edges: 'start', when: 'it runs from the right and ends' },
])('the faded edges are $edges where $when', ({ scrollLeft, scrollWidth, edges }) => {
  expect(edgesOf({ scrollLeft, clientWidth: 300, scrollWidth })).toBe(edges)
})
