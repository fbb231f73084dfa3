// Package install makes an API server ask guard's webhook, and makes it stop.
//
// The chart ships the webhook's configuration without webhooks in it. [Arm]
// fills them in once every replica has answered a review, so that a cluster
// never waits for a webhook that is not there; [Disarm] empties it again.
// [Policy] is what holds while the webhook is not asked.
package install
