/** The CloudWatch namespace of the metrics that the functions emit. */
export const metricNamespace = "DeepLearningWorkflow";
