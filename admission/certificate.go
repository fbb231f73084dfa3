package admission

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificates hands out what is served.
type certificates interface {
	// get is tls.Config.GetCertificate.
	get(*tls.ClientHelloInfo) (*tls.Certificate, error)
}

// certificateFiles hands out the certificate of a pair of files, and reads them
// anew when they change. A pair that cannot be read or does not fit together
// is not taken: cert-manager and the kubelet write one file after the other.
type certificateFiles struct {
	certFile, keyFile string
	now               func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	stamp   string    // of the files that current was read from
	looked  time.Time // when the files were looked at last
	problem error     // why what the files hold now is not taken; nil where it is
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = time.Second

func newCertificateFiles(certFile, keyFile string) (*certificateFiles, error) {
	c := &certificateFiles{certFile: certFile, keyFile: keyFile, now: time.Now}
	_, err := c.get(nil)
	return c, err
}

// get is tls.Config.GetCertificate.
func (c *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookEvery {
		c.looked = now
		c.problem = c.look()
	}
	if c.current == nil {
		return nil, c.problem
	}
	return c.current, nil
}

func (c *certificateFiles) look() error {
	stamp, err := stampOf(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	if stamp == c.stamp {
		return c.problem
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("the certificate %s cannot be used: %w", c.certFile, err)
	}
	c.current, c.stamp = &pair, stamp
	return nil
}

// stampOf changes whenever one of the files does.
func stampOf(files ...string) (string, error) {
	stamp := ""
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return "", err
		}
		stamp += fmt.Sprintf("%d %d;", info.ModTime().UnixNano(), info.Size())
	}
	return stamp, nil
}

// usable tells why a certificate cannot be used, now; nil where it can.
func usable(c certificates, now time.Time) error {
	pair, err := c.get(nil)
	if err != nil {
		return err
	}
	until := expiry(pair)
	if until.IsZero() {
		return errors.New("the certificate cannot be read")
	}
	if !now.Before(until) {
		return fmt.Errorf("the certificate has expired at %s", until.UTC().Format(time.RFC3339))
	}
	return nil
}

// left is how long a certificate is still valid; 0 where there is none.
func left(c certificates, now time.Time) time.Duration {
	pair, err := c.get(nil)
	if err != nil {
		return 0
	}
	return expiry(pair).Sub(now)
}

func expiry(pair *tls.Certificate) time.Time {
	leaf := pair.Leaf
	if leaf == nil && len(pair.Certificate) > 0 {
		leaf, _ = x509.ParseCertificate(pair.Certificate[0])
	}
	if leaf == nil {
		return time.Time{}
	}
	return leaf.NotAfter
}
