package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sigstore/sigstore/pkg/signature/payload"

	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/statement"
)

// payloadConcerns says that a payload that cosign has signed is about
// something else.
func (c *candidate) payloadConcerns(j judge) *signature.Failure {
	if err := statement.CheckJSON(c.item.Bytes); err != nil {
		return c.failure(signature.ReasonStatement, err)
	}
	var p payload.SimpleContainerImage
	if err := json.Unmarshal(c.item.Bytes, &p); err != nil {
		return c.failure(signature.ReasonStatement, fmt.Errorf("read payload: %w", err))
	}
	if p.Critical.Type != payload.CosignSignatureType {
		return c.failure(signature.ReasonPayloadType, fmt.Errorf("the payload is a %q; %q is expected", p.Critical.Type, payload.CosignSignatureType))
	}
	if got := p.Critical.Image.DockerManifestDigest; got != c.subject {
		return c.failure(signature.ReasonSubject, fmt.Errorf("it is about %q, not about %s", got, c.subject))
	}
	if j.sameRepository {
		if err := sameRepository(p.Critical.Identity.DockerReference, j.image.Repository); err != nil {
			return c.failure(signature.ReasonReference, err)
		}
	}
	return nil
}

// sameRepository compares a reference that was signed with a repository. Tag
// and digest of the reference do not count: the digest is signed beside it.
func sameRepository(signed, repository string) error {
	if strings.TrimSpace(signed) == "" {
		return errors.New("no repository is signed")
	}
	var classifier imageref.Classifier
	a, b := classifier.Parse(signed), classifier.Parse(repository)
	if a.Repository == "" || a.Registry != b.Registry || a.Repository != b.Repository {
		return fmt.Errorf("it is about this content in %q, not in %q", signed, repository)
	}
	return nil
}
