/**
 * What a query may be made of, by the names that ClickHouse gives the parts of its syntax. All
 * else is refused: a new function of the engine is none of these until somebody has looked at it.
 */

/** Parts of a SELECT. Left out: settings, parameters, patterns of columns, other statements. */
export const ALLOWED_PARTS: ReadonlySet<string> = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery', 'Subquery'],
  ...['ExpressionList', 'TablesInSelectQuery', 'TablesInSelectQueryElement', 'TableExpression'],
  ...['TableIdentifier', 'TableJoin', 'ArrayJoin', 'WithElement', 'Identifier', 'Function'],
  ...['Literal', 'Asterisk', 'QualifiedAsterisk', 'OrderByElement', 'WindowListElement'],
  ...['WindowDefinition', 'ColumnsTransformerList', 'ColumnsExceptTransformer'],
])

const FUNCTIONS = new Set(
  [
    // Operators, choices and what may be missing.
    'plus minus multiply divide intDiv intDivOrZero modulo moduloOrZero positiveModulo negate abs',
    'multiplyDecimal divideDecimal equals notEquals less greater lessOrEquals greaterOrEquals',
    'and or not xor if multiIf caseWithExpression transform coalesce ifNull nullIf isNull',
    'isNotNull assumeNotNull toNullable greatest least in notIn lambda tuple tupleElement between',
    // Types.
    'CAST toString toUUID toUUIDOrNull toBool toDate toDateOrNull toDate32 toDateTime',
    'toDateTimeOrNull toDateTime64 toDateTime64OrNull parseDateTimeBestEffort',
    'parseDateTimeBestEffortOrNull toDecimal32 toDecimal64 toDecimal128 toDecimal256',
    'toDecimal64OrNull toDecimal64OrZero toDecimal128OrNull toDecimal128OrZero',
    ...[8, 16, 32, 64].flatMap((bits) =>
      ['Int', 'UInt'].map(
        (type) => `to${type}${bits} to${type}${bits}OrNull to${type}${bits}OrZero`,
      ),
    ),
    'toFloat32 toFloat64 toFloat32OrNull toFloat64OrNull toFloat32OrZero toFloat64OrZero',
    ...['Second', 'Minute', 'Hour', 'Day', 'Week', 'Month', 'Quarter', 'Year'].map(
      (unit) => `toInterval${unit} add${unit}s subtract${unit}s`,
    ),
    // Numbers.
    'round floor ceil ceiling trunc truncate sqrt cbrt exp ln log log2 log10 pow power sign sin cos',
    'tan asin acos atan atan2 pi isNaN isFinite greatCircleDistance geoDistance',
    'cityHash64 xxHash64 sipHash64 width_bucket',
    // Dates.
    'now today yesterday toYear toQuarter toMonth toWeek toISOWeek toISOYear toDayOfYear',
    'toDayOfMonth toDayOfWeek toHour toMinute toSecond toStartOfYear toStartOfQuarter',
    'toStartOfMonth toStartOfWeek toStartOfDay toStartOfHour toStartOfMinute toMonday',
    'toStartOfInterval toLastDayOfMonth toYYYYMM toYYYYMMDD dateDiff date_diff dateAdd dateSub',
    'dateTrunc date_trunc age formatDateTime toTimeZone toTimezone toUnixTimestamp',
    'toUnixTimestamp64Milli fromUnixTimestamp fromUnixTimestamp64Milli',
    // Texts.
    'length lengthUTF8 empty notEmpty lower upper lowerUTF8 upperUTF8 concat substring',
    'substringUTF8 substr left right position positionUTF8 positionCaseInsensitive locate like',
    'notLike ilike notILike match extract extractAll startsWith endsWith trim trimBoth trimLeft',
    'trimRight ltrim rtrim replace replaceAll replaceOne replaceRegexpAll replaceRegexpOne reverse',
    'reverseUTF8 splitByChar splitByString arrayStringConcat leftPad rightPad domain',
    'JSONHas JSONLength JSONExtract JSONExtractString JSONExtractInt JSONExtractUInt',
    'JSONExtractFloat JSONExtractBool JSONExtractRaw JSONExtractArrayRaw',
    // Lists and maps.
    'array arrayElement has hasAny hasAll indexOf arrayJoin arrayMap arrayFilter arrayExists arrayAll',
    'arrayCount arraySum arrayAvg arrayMin arrayMax arraySort arrayReverseSort arrayReverse',
    'arrayDistinct arraySlice arrayConcat arrayZip arrayFirst arrayLast arrayFirstIndex',
    'arrayLastIndex arrayEnumerate arrayUniq arrayDifference arrayCumSum arrayCompact',
    'arrayIntersect arrayFlatten map mapContains mapKeys mapValues mapFilter mapApply',
    // Windows.
    'row_number rank dense_rank percent_rank cume_dist ntile lag lead lagInFrame leadInFrame',
    'first_value last_value nth_value',
  ]
    .join(' ')
    .toLowerCase()
    .split(' '),
)

/** Aggregates, alone or with what narrows them, as sumIf or uniqExactArray. */
const AGGREGATES = new RegExp(
  `^(${[
    'count|sum|avg|min|max|any|anyLast|anyHeavy|argMin|argMax|uniq|uniqExact|uniqCombined|uniqHLL12',
    'groupArray|groupUniqArray|groupArraySorted|quantile|quantiles|quantileExact|quantilesExact',
    'quantileTDigest|median|medianExact|stddevPop|stddevSamp|varPop|varSamp|covarPop|covarSamp|corr',
    'topK|sumMap|minMap|maxMap|sequenceMatch|sequenceCount|windowFunnel|retention|entropy|skewPop',
  ].join('|')})(If|Array|Map|Distinct|OrNull|OrDefault)*$`,
  'i',
)

export const isAllowedFunction = (name: string): boolean =>
  FUNCTIONS.has(name.toLowerCase()) || AGGREGATES.test(name)
