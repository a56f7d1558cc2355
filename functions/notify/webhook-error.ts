/** A receiver that did not take a webhook, which may be over later. The workflow tries again by this name. */
export class WebhookNotDelivered extends Error {
  override readonly name = "WebhookNotDelivered";
}

/** A webhook that would fail again. The workflow ends by this name. */
export class WebhookRefused extends Error {
  override readonly name = "WebhookRefused";
}
