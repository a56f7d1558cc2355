/** List prices in USD: of this month, in this region, from the pricing page of each service. */
export const pricesDate = "October 2025";
export const pricesRegion = "us-east-1";
export const prices = {
  lambdaX86GbSecond: 0.0000166667,
  lambdaArmGbSecond: 0.0000133334,
  lambdaMillionRequests: 0.2,
  lambdaProvisionedGbSecond: 0.0000041667,
  statesStandardThousandTransitions: 0.025,
  statesStandardFreeTransitionsPerMonth: 4_000,
  statesExpressMillionRequests: 1,
  statesExpressGbSecond: 0.00001667,
  restApiMillionRequests: 3.5,
  s3GbMonth: 0.023,
  s3ThousandPuts: 0.005,
  s3ThousandGets: 0.0004,
  ecrGbMonth: 0.1,
  logsGb: 0.5,
  alarmMonth: 0.1,
  freeAlarms: 10,
  dashboardMonth: 3,
  freeDashboards: 3,
} as const;
