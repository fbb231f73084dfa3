package install

import (
	registration "k8s.io/api/admissionregistration/v1"
)

// Webhooks lets the tests see what is armed.
func Webhooks(o Options) []registration.ValidatingWebhook { return webhooks(&o) }
