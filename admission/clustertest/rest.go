package clustertest

import "k8s.io/client-go/rest"

// RESTConfig is how client-go reaches the API server as this user, in these
// groups.
func (c *Cluster) RESTConfig(user string, groups ...string) (*rest.Config, error) {
	pair, err := c.authority.client(user, groups...)
	if err != nil {
		return nil, err
	}
	return &rest.Config{
		Host:            c.URL,
		TLSClientConfig: rest.TLSClientConfig{CAData: c.CA(), CertData: pair.certificate, KeyData: pair.key},
	}, nil
}
