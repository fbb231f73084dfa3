// Package command is what people call of guard-webhook beside the webhook
// itself: the audit of what a cluster holds already, and the flags of the scan
// that does the same again and again.
package command
