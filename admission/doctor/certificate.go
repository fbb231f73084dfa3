package doctor

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"
)

// soon is when a certificate should have been renewed: the webhook's own
// authority does it ten days before the end, cert-manager thirty.
const soon = 9 * 24 * time.Hour

// trustedAuthority looks at whom the API server trusts.
func (e *examination) trustedAuthority() {
	for _, h := range e.hooks.Webhooks {
		certs := certificates(h.ClientConfig.CABundle)
		if len(certs) == 0 {
			e.wrong(rearm, "%s has no caBundle that can be read, so the API server cannot call it", h.Name)
		}
		good := 0
		for _, c := range certs {
			if time.Now().Before(c.NotAfter) {
				good++
			}
		}
		if len(certs) > 0 && good == 0 {
			e.wrong(rearm, "%s: every authority in its caBundle has expired", h.Name)
		}
	}
	if len(e.hooks.Webhooks) > 0 {
		e.fine("the API server trusts an authority that is valid")
	}
}

// certificate looks at what the replicas serve, as their Secret holds it.
func (e *examination) certificate() {
	secretName := e.volume("tls")
	if secretName == "" {
		e.unknown("the certificate", fmt.Errorf("the Deployment %s says no Secret that holds it", name))
		return
	}
	secret, err := read[struct{ Data map[string][]byte }](e, e.at("/api/v1", "secrets/"+secretName))
	if err != nil {
		e.unknown("the certificate in the Secret "+secretName, err)
		return
	}
	chain := certificates(secret.Data["tls.crt"])
	if len(chain) == 0 {
		e.wrong("With tls.source=own, see the log of the Deployment guard-webhook-certificates; with cert-manager, kubectl describe certificate "+name+".", "the Secret %s holds no certificate, so no replica can start", secretName)
		return
	}
	e.served(chain)
}

func (e *examination) served(chain []*x509.Certificate) {
	const renew = "See why it is not renewed: the log of the Deployment guard-webhook-certificates, or of cert-manager; a Secret of your own is yours to renew."
	leaf, left := chain[0], time.Until(chain[0].NotAfter)
	switch {
	case left <= 0:
		e.wrong(renew, "the certificate has expired at %s, so the API server calls nobody and everything is denied", leaf.NotAfter.UTC().Format(time.RFC3339))
		return
	case left < soon:
		e.wrong(renew, "the certificate ends in %d days and should have been renewed by now", int(left.Hours()/24))
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	for _, h := range e.hooks.Webhooks {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(h.ClientConfig.CABundle)
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: e.host(h), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}); err != nil {
			e.wrong(rearm, "%s: by its caBundle the API server does not believe what the replicas serve: %v", h.Name, err)
		}
	}
	e.fine("what the replicas serve is what the API server trusts, for %d more days", int(left.Hours()/24))
}

// host is the name by which the API server calls a webhook.
func (e *examination) host(h webhook) string {
	if h.ClientConfig.URL != "" {
		return "" // whatever it is, the certificate is not the Service's
	}
	return h.ClientConfig.Service.Name + "." + h.ClientConfig.Service.Namespace + ".svc"
}

// volume is the Secret or the ConfigMap behind a volume of the webhook.
func (e *examination) volume(of string) string {
	for _, v := range e.deployed.Spec.Template.Spec.Volumes {
		if v.Name == of {
			return v.Secret.SecretName + v.ConfigMap.Name
		}
	}
	return ""
}

// maxCertificates bounds how many are read of one text.
const maxCertificates = 64

func certificates(text []byte) (all []*x509.Certificate) {
	for len(all) < maxCertificates {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			all = append(all, c)
		}
		text = rest
	}
	return all
}
