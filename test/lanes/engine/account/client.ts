/** Configuration of AWS's clients for the lane's account. */
export const laneClient = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "lane", secretAccessKey: "lane" },
  forcePathStyle: true,
  disableHostPrefix: true,
});
