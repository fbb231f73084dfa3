package authority

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// The keys of the Secret.
const (
	keyCert     = "tls.crt" // the certificate that is served
	keyKey      = "tls.key"
	keyCA       = "ca.crt" // what signed it, in the form that API servers trust: all of the bundle
	keySigner   = "signer.crt"
	keySignKey  = "signer.key"
	keyNext     = "next.crt" // announced, and signs nothing yet
	keyNextKey  = "next.key"
	keyPrevious = "previous.crt" // signs nothing any more
)

// ErrConflict says that somebody else has saved something meanwhile.
var ErrConflict = errors.New("the Secret was changed by somebody else")

// Store keeps what all replicas share.
type Store interface {
	// Load returns what is kept and its version; nothing, and the version "",
	// where nothing is.
	Load(ctx context.Context) (data map[string][]byte, version string, err error)
	// Save replaces a version; the error is ErrConflict where it is not the
	// last one any more.
	Save(ctx context.Context, data map[string][]byte, version string) error
}

// Keeper keeps the certificates of the webhook.
type Keeper struct {
	Store Store
	Names []string         // of the Service: "guard.guard.svc"; at least one
	Now   func() time.Time // nil: time.Now

	// Announce makes API servers trust the authorities of a PEM bundle. Nothing
	// is saved that they have signed before that has worked. Nil: nobody does.
	Announce func(ctx context.Context, ca []byte) error
}

// Bundle is what the webhook serves, and what API servers must trust.
type Bundle struct {
	Cert, Key []byte    // PEM
	CA        []byte    // PEM, of all authorities that count
	NotAfter  time.Time // of Cert
}

// maxTries bounds how often a change is tried that others get in the way of.
const maxTries = 5

// Ensure makes whatever is missing or will end soon, announces whom to trust,
// and returns what counts. What is kept and cannot be read is made anew.
func (k *Keeper) Ensure(ctx context.Context) (Bundle, error) {
	if len(k.Names) == 0 {
		return Bundle{}, errors.New("the certificate needs a name")
	}
	for range maxTries {
		data, version, err := k.Store.Load(ctx)
		if err != nil {
			return Bundle{}, fmt.Errorf("read the certificates: %w", err)
		}
		s, changed, err := k.renew(readState(data))
		if err != nil {
			return Bundle{}, err
		}
		if err := k.announce(ctx, s.authorities()); err != nil {
			return Bundle{}, err
		}
		if !changed {
			return s.bundle()
		}
		written, err := s.write()
		if err != nil {
			return Bundle{}, err
		}
		switch err := k.Store.Save(ctx, written, version); {
		case err == nil:
			return s.bundle()
		case !errors.Is(err, ErrConflict):
			return Bundle{}, fmt.Errorf("keep the certificates: %w", err)
		}
	}
	return Bundle{}, fmt.Errorf("keep the certificates: %w, %d times", ErrConflict, maxTries)
}

func (k *Keeper) announce(ctx context.Context, ca []byte) error {
	if k.Announce == nil {
		return nil
	}
	if err := k.Announce(ctx, ca); err != nil {
		return fmt.Errorf("announce the authority: %w", err)
	}
	return nil
}

func (k *Keeper) now() time.Time {
	if k.Now == nil {
		return time.Now()
	}
	return k.Now()
}

// renew is the state as it should be now.
func (k *Keeper) renew(s state) (renewed state, changed bool, err error) {
	now := k.now()
	if s.signer.cert == nil || !now.Before(s.signer.cert.NotAfter) {
		s = state{previous: s.previous}
		if s.signer, err = newAuthority(now); err != nil {
			return s, false, err
		}
		changed = true
	}
	if s.next.cert == nil && now.Add(authorityRenew).After(s.signer.cert.NotAfter) {
		if s.next, err = newAuthority(now); err != nil {
			return s, false, err
		}
		changed = true
	}
	if s.next.cert != nil && now.After(s.next.cert.NotBefore.Add(backdated+announceTime)) {
		s.previous = append(s.previous, s.signer.cert)
		s.signer, s.next, s.leaf = s.next, pair{}, pair{}
		changed = true
	}
	if left := slices.DeleteFunc(s.previous, func(c *x509.Certificate) bool { return !now.Before(c.NotAfter) }); len(left) < len(s.previous) {
		s.previous, changed = left, true
	}
	if !s.serves(k.Names, now) {
		if s.leaf, err = newLeaf(s.signer, k.Names, now); err != nil {
			return s, false, err
		}
		changed = true
	}
	return s, changed, nil
}

// state is what the Secret holds.
type state struct {
	signer, next, leaf pair
	previous           []*x509.Certificate
}

// serves tells whether the leaf is one of the signer's for the names, and will
// be for a while.
func (s *state) serves(names []string, now time.Time) bool {
	if s.leaf.cert == nil || !slices.Equal(s.leaf.cert.DNSNames, names) || s.leaf.cert.CheckSignatureFrom(s.signer.cert) != nil {
		return false
	}
	return now.Add(leafRenew).Before(s.leaf.cert.NotAfter) || s.leaf.cert.NotAfter.Equal(s.signer.cert.NotAfter) && now.Before(s.leaf.cert.NotAfter)
}

// readState reads what is kept. What cannot be read is missing.
func readState(data map[string][]byte) (s state) {
	s.signer, _ = decode(data[keySigner], data[keySignKey])
	s.next, _ = decode(data[keyNext], data[keyNextKey])
	s.leaf, _ = decode(data[keyCert], data[keyKey])
	for rest := data[keyPrevious]; len(s.previous) < maxPrevious; {
		end := bytes.Index(rest, []byte(endMark))
		if end < 0 {
			break
		}
		if cert, err := decodeCertificate(rest[:end+len(endMark)]); err == nil {
			s.previous = append(s.previous, cert)
		}
		rest = rest[end+len(endMark):]
	}
	return s
}

const (
	endMark     = "-----END CERTIFICATE-----\n"
	maxPrevious = 8
)

func (s *state) write() (map[string][]byte, error) {
	data := map[string][]byte{keyCA: s.authorities(), keyPrevious: join(s.previous)}
	for _, part := range []struct {
		pair      pair
		cert, key string
	}{{s.signer, keySigner, keySignKey}, {s.next, keyNext, keyNextKey}, {s.leaf, keyCert, keyKey}} {
		if part.pair.cert == nil {
			continue
		}
		cert, key, err := part.pair.encode()
		if err != nil {
			return nil, err
		}
		data[part.cert], data[part.key] = cert, key
	}
	return data, nil
}

// authorities are all that API servers must trust, the one that signs first.
func (s *state) authorities() []byte {
	all := []*x509.Certificate{s.signer.cert}
	if s.next.cert != nil {
		all = append(all, s.next.cert)
	}
	return join(append(all, s.previous...))
}

func join(certs []*x509.Certificate) []byte {
	var all []byte
	for _, c := range certs {
		all = append(all, certificatePEM(c)...)
	}
	return all
}

func (s *state) bundle() (Bundle, error) {
	cert, key, err := s.leaf.encode()
	return Bundle{Cert: cert, Key: key, CA: s.authorities(), NotAfter: s.leaf.cert.NotAfter}, err
}
