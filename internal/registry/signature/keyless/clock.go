package keyless

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/digitorus/timestamp"
	sigstore "github.com/sigstore/sigstore-go/pkg/sign"

	"guard/internal/registry/transport"
)

// newClock asks a timestamp authority (RFC 3161).
func newClock(ctx context.Context, client *transport.Client, url string) *sigstore.TimestampAuthority {
	c := carrier{ctx: ctx, client: client, who: "the timestamp authority", check: stamps}
	return sigstore.NewTimestampAuthority(&sigstore.TimestampAuthorityOptions{URL: url, Timeout: -1, Transport: c})
}

// stamps refuses a timestamp of something else than was asked for.
func stamps(question, answer []byte) error {
	asked, err := timestamp.ParseRequest(question)
	if err != nil {
		return err
	}
	stamp, err := timestamp.ParseResponse(answer)
	if err != nil {
		return fmt.Errorf("its answer is no timestamp: %s", transport.Clean(err.Error()))
	}
	if stamp.HashAlgorithm != asked.HashAlgorithm || !bytes.Equal(stamp.HashedMessage, asked.HashedMessage) {
		return errors.New("its timestamp is of something else")
	}
	return nil
}
