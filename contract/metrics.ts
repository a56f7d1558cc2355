/** The CloudWatch namespace of the metrics that the functions count themselves. */
export const metricNamespace = "DeepLearningWorkflow";
