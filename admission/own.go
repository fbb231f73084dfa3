package admission

import (
	"context"
	"crypto/tls"
	"errors"
	"sync/atomic"
	"time"

	"guard/admission/authority"
)

// ownCertificates hands out what an authority of the webhook's own has signed.
type ownCertificates struct {
	keeper   *authority.Keeper
	announce func(ctx context.Context, ca []byte) error // makes API servers trust the authority; nil: somebody else does
	current  atomic.Pointer[tls.Certificate]
}

// ensureEvery is how often the certificates are looked at: replicas take over
// what another one has made within this time.
const ensureEvery = time.Minute

func (o *ownCertificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if pair := o.current.Load(); pair != nil {
		return pair, nil
	}
	return nil, errors.New("the certificate is not made yet")
}

// ensure makes what is missing, and announces the authorities that count
// before anything is served that they have signed.
func (o *ownCertificates) ensure(ctx context.Context) error {
	bundle, err := o.keeper.Ensure(ctx)
	if err != nil {
		return err
	}
	if o.announce != nil {
		if err := o.announce(ctx, bundle.CA); err != nil {
			return err
		}
	}
	pair, err := tls.X509KeyPair(bundle.Cert, bundle.Key)
	if err != nil {
		return err
	}
	o.current.Store(&pair)
	return nil
}

// watch ensures again and again until the context ends.
func (o *ownCertificates) watch(ctx context.Context, every time.Duration, tell func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := o.ensure(ctx); err != nil {
				tell(err)
			}
		}
	}
}
