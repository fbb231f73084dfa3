package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
)

// mutation changes one thing about what is signed or about what was stored.
type mutation struct {
	name string
	// of which shapes: those with all of some traits and none of others.
	with, without trait
	// before signing, in a world that the policy does not know of
	world func(w *world)
	// other signs for another image.
	other bool
	// after signing
	item   func(m *mutated)
	status signature.Status
	reason signature.Reason // of the failure, where it is invalid
}

// mutated is what has been signed, to be changed.
type mutated struct {
	*world
	item  *attached.Item
	shape shape
	image signature.Image
}

// The mutations of RELIABILITY 35, and more.
var mutations = []mutation{
	{name: "of another image", other: true, status: signature.Invalid, reason: signature.ReasonSubject},
	{name: "the payload changed", without: message, item: (*mutated).changePayload, status: signature.Invalid, reason: signature.ReasonSignature},
	{name: "the signature changed", item: (*mutated).changeSignature, status: signature.Invalid, reason: signature.ReasonSignature},
	{name: "of another key", with: keyed, world: func(w *world) { w.key = signaturetest.NewSigner(w.t) },
		status: signature.Invalid, reason: signature.ReasonSignature},
	{name: "of another predicate type", with: attests, world: func(w *world) { w.predicateType = signature.PredicateProvenanceV02 }, status: signature.Unsigned},
	{name: "of provenance only", with: enveloped, without: attests, world: func(w *world) { w.predicateType = signature.PredicateProvenanceV1 }, status: signature.Unsigned},
	{name: "of cosign's own type only", with: attests, world: func(w *world) { w.predicateType = signature.PredicateCosignSign }, status: signature.Unsigned},
	{name: "of another payload type", with: enveloped, world: func(w *world) { w.payloadType = "application/json" },
		status: signature.Invalid, reason: signature.ReasonPayloadType},
	{name: "payload type changed", with: enveloped, item: func(m *mutated) { m.replace("application/vnd.in-toto+json", "application/vnd.in-toto+jsom") },
		status: signature.Invalid, reason: signature.ReasonPayloadType},

	{name: "of a subject that begins alike", without: keyed, world: issueTo(signaturetest.Holder{URI: "https://github.com/acme/app-evil/.github/workflows/release.yml@refs/heads/main", Issuer: issuer}),
		status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "of a subject that ends alike", without: keyed, world: issueTo(signaturetest.Holder{URI: "https://evil.tld/?" + workflow, Issuer: issuer}),
		status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "of a host that matches a dot", without: keyed, world: issueTo(signaturetest.Holder{URI: strings.Replace(workflow, "github.com", "githubxcom", 1), Issuer: issuer}),
		status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "of a subject of several lines", without: keyed, world: issueTo(signaturetest.Holder{URI: "https://evil.tld/%0A" + workflow, Issuer: issuer}),
		status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "of another issuer", without: keyed, world: issueTo(signaturetest.Holder{URI: workflow, Issuer: issuer + ".evil.tld"}),
		status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "of no issuer", without: keyed, world: issueTo(signaturetest.Holder{URI: workflow}), status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "of two subjects", without: keyed, world: issueTo(signaturetest.Holder{URI: workflow, Email: "jane@evil.tld", Issuer: issuer}),
		status: signature.Invalid, reason: signature.ReasonIdentity},
	{name: "a certificate that had ended", without: keyed, world: issuedFor(-20*time.Minute, -10*time.Minute), status: signature.Invalid, reason: signature.ReasonCertificate},
	{name: "a certificate that had not begun", without: keyed, world: issuedFor(10*time.Minute, 20*time.Minute), status: signature.Invalid, reason: signature.ReasonCertificate},
	{name: "a certificate of another authority", without: keyed, world: func(w *world) {
		w.workflow = signaturetest.NewAuthority(w.t).Issue(signaturetest.Holder{URI: workflow, Issuer: issuer})
	}, status: signature.Invalid, reason: signature.ReasonCertificate},
	{name: "a key where a certificate is demanded", without: keyed, world: func(w *world) { w.workflow = signaturetest.NewSigner(w.t) },
		status: signature.Invalid, reason: signature.ReasonKind},
	{name: "a certificate where a key is demanded", with: keyed, world: func(w *world) {
		w.key = w.authority.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer})
	}, status: signature.Invalid, reason: signature.ReasonKind},

	{name: "in no log", with: logged, item: (*mutated).unlog, status: signature.Invalid, reason: signature.ReasonLog},
	{name: "in another log", with: logged, world: func(w *world) { w.authority = signaturetest.NewAuthority(w.t) }, status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the log's promise removed", with: logged | tagged, item: func(m *mutated) { m.log(func(e object) { e["SignedEntryTimestamp"] = "" }) },
		status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the log's promise removed, which gives the time", with: logged | enveloped, without: tagged | keyed | firstV,
		item: func(m *mutated) { m.log(func(e object) { delete(e, "inclusionPromise") }) }, status: signature.Invalid, reason: signature.ReasonTimestamp},
	{name: "the log's promise removed from the first version", with: logged | firstV,
		item: func(m *mutated) { m.log(func(e object) { delete(e, "inclusionPromise") }) }, status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "the log's proof removed", with: logged | enveloped, without: tagged | firstV,
		item: func(m *mutated) { m.log(func(e object) { delete(e, "inclusionProof") }) }, status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "promise and proof removed", with: logged | enveloped, without: tagged,
		item: func(m *mutated) {
			m.log(func(e object) { delete(e, "inclusionProof"); delete(e, "inclusionPromise") })
		}, status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "the log's proof changed", with: logged | enveloped, without: tagged,
		item: func(m *mutated) {
			m.log(func(e object) {
				e["inclusionProof"].(object)["rootHash"] = base64.StdEncoding.EncodeToString(make([]byte, 32))
			})
		}, status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the log's promise changed", with: logged | tagged, item: func(m *mutated) {
		m.log(func(e object) { e["SignedEntryTimestamp"] = base64.StdEncoding.EncodeToString([]byte("promise")) })
	}, status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the time in the log changed", with: logged | tagged, item: func(m *mutated) {
		m.log(func(e object) { e["Payload"].(object)["integratedTime"] = m.authority.Now.Unix() + 1 })
	}, status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the entry of another image", with: logged, item: func(m *mutated) { m.takeEntryOf(m.world, m.repo.Push().Digest) },
		status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the entry of another signature over the same", with: logged, item: func(m *mutated) { m.takeEntryOf(m.world, m.image.Digest) },
		status: signature.Invalid, reason: signature.ReasonLog},
	{name: "the entry of another signer", with: logged, item: func(m *mutated) {
		other := *m.world
		other.key = signaturetest.NewSigner(m.t)
		other.workflow = m.authority.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer})
		m.takeEntryOf(&other, m.image.Digest)
	}, status: signature.Invalid, reason: signature.ReasonLog},

	{name: "no timestamp", with: stamped, item: (*mutated).unstamp, status: signature.Invalid, reason: signature.ReasonTimestamp},
	{name: "a timestamp of another authority", with: stamped, world: func(w *world) { w.authority = signaturetest.NewAuthority(w.t) },
		status: signature.Invalid, reason: signature.ReasonTimestamp},
	{name: "the timestamp of another image", with: stamped, item: (*mutated).takeStampOfAnother, status: signature.Invalid, reason: signature.ReasonTimestamp},

	{name: "two signatures in the envelope", with: enveloped, item: func(m *mutated) {
		m.envelope(func(e object) { e["signatures"] = append(e["signatures"].([]any), e["signatures"].([]any)[0]) })
	}, status: signature.Invalid, reason: signature.ReasonSignature},
	{name: "no signature in the envelope", with: enveloped, item: func(m *mutated) { m.envelope(func(e object) { e["signatures"] = []any{} }) },
		status: signature.Invalid, reason: signature.ReasonSignature},
	{name: "an empty payload", with: enveloped, item: func(m *mutated) { m.envelope(func(e object) { e["payload"] = "" }) },
		status: signature.Invalid},
	{name: "cut off", without: tagged, item: func(m *mutated) { m.mutatedBytes(func(b []byte) []byte { return b[:len(b)/2] }) },
		status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "an attestation cut off", with: tagged | attests, item: func(m *mutated) { m.mutatedBytes(func(b []byte) []byte { return b[:len(b)/2] }) },
		status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "no signature beside the payload", with: tagged, without: attests,
		item:   func(m *mutated) { delete(m.item.Annotations, "dev.cosignproject.cosign/signature") },
		status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "a certificate that is none", with: tagged, without: keyed,
		item:   func(m *mutated) { m.item.Annotations["dev.sigstore.cosign/certificate"] = "-----" },
		status: signature.Invalid, reason: signature.ReasonMalformed},
	{name: "a version of bundles that is not known", without: tagged, item: func(m *mutated) {
		m.json(func(b object) { b["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.9+json" })
	}, status: signature.Invalid, reason: signature.ReasonMalformed},
}

func issueTo(h signaturetest.Holder) func(*world) {
	return func(w *world) { w.workflow = w.authority.Issue(h) }
}

func issuedFor(from, to time.Duration) func(*world) {
	return func(w *world) {
		w.workflow = w.authority.Issue(signaturetest.Holder{
			URI: workflow, Issuer: issuer, NotBefore: w.authority.Now.Add(from), NotAfter: w.authority.Now.Add(to),
		})
	}
}

// RELIABILITY 34, 35: every single mutation of every valid case fails, and for
// the reason that was mutated.
func TestVerify_RefusesEveryMutation(t *testing.T) {
	w := newWorld(t)
	count := 0
	for _, s := range shapes {
		for _, m := range mutations {
			if !s.is.has(m.with) || s.is&m.without != 0 {
				continue
			}
			count++
			t.Run(s.name+"/"+m.name, func(t *testing.T) { m.refused(t, *w, s) })
		}
	}
	if count < 250 {
		t.Errorf("only %d cases", count)
	}
}

func (m mutation) refused(t *testing.T, w world, s shape) {
	w.t = t
	policy, image := s.policy(&w), w.repo.Push()
	changed := w
	if m.world != nil {
		m.world(&changed)
	}
	digest := image.Digest
	if m.other {
		digest = w.repo.Push().Digest
	}
	item := s.sign(&changed, digest)
	if m.item != nil {
		before := bytes.Clone(item.Bytes)
		annotations := len(item.Annotations)
		m.item(&mutated{world: &changed, item: &item, shape: s, image: image})
		if bytes.Equal(before, item.Bytes) && annotations == 0 {
			t.Fatal("nothing was changed")
		}
	}
	w.repo.Attach(image.Digest, item)
	result := w.verify(image, policy)
	got := outcome(result)
	if result.Holds() || result.Status != m.status || len(got.Accepted) > 0 {
		t.Fatalf("got %s, want %s: %+v", result.Status, m.status, got)
	}
	if m.status == signature.Invalid && (len(got.Failures) != 1 || m.reason != "" && got.Failures[0].Reason != m.reason) {
		t.Errorf("got %+v, want the reason %s", got.Failures, m.reason)
	}
}

type object = map[string]any

func (m *mutated) mutatedBytes(change func([]byte) []byte) { m.item.Bytes = change(m.item.Bytes) }

func (m *mutated) replace(from, to string) {
	m.mutatedBytes(func(b []byte) []byte { return bytes.Replace(b, []byte(from), []byte(to), 1) })
}

// json changes the item's bytes as JSON.
func (m *mutated) json(change func(object)) {
	m.t.Helper()
	var o object
	if err := json.Unmarshal(m.item.Bytes, &o); err != nil {
		m.t.Fatal(err)
	}
	change(o)
	data, err := json.Marshal(o)
	if err != nil {
		m.t.Fatal(err)
	}
	m.item.Bytes = data
}

// envelope changes the DSSE envelope.
func (m *mutated) envelope(change func(object)) {
	m.json(func(o object) {
		if inner, ok := o["dsseEnvelope"].(object); ok {
			o = inner
		}
		change(o)
	})
}

// log changes the entry of the log.
func (m *mutated) log(change func(object)) {
	m.t.Helper()
	if m.shape.is.has(tagged) {
		m.annotation("dev.sigstore.cosign/bundle", change)
		return
	}
	m.json(func(o object) { change(o["verificationMaterial"].(object)["tlogEntries"].([]any)[0].(object)) })
}

func (m *mutated) annotation(name string, change func(object)) {
	m.t.Helper()
	var o object
	if err := json.Unmarshal([]byte(m.item.Annotations[name]), &o); err != nil {
		m.t.Fatal(err)
	}
	change(o)
	data, err := json.Marshal(o)
	if err != nil {
		m.t.Fatal(err)
	}
	m.item.Annotations[name] = string(data)
}

func (m *mutated) unlog() {
	if m.shape.is.has(tagged) {
		delete(m.item.Annotations, "dev.sigstore.cosign/bundle")
		return
	}
	m.json(func(o object) { delete(o["verificationMaterial"].(object), "tlogEntries") })
}

func (m *mutated) unstamp() {
	if m.shape.is.has(tagged) {
		delete(m.item.Annotations, "dev.sigstore.cosign/rfc3161timestamp")
		return
	}
	m.json(func(o object) { delete(o["verificationMaterial"].(object), "timestampVerificationData") })
}

// takeEntryOf puts the log's entry of another signature in place of its own.
func (m *mutated) takeEntryOf(w *world, digest string) {
	m.takeFrom(m.shape.sign(w, digest), "dev.sigstore.cosign/bundle", "tlogEntries")
}

func (m *mutated) takeStampOfAnother() {
	m.takeFrom(m.shape.sign(m.world, m.repo.Push().Digest), "dev.sigstore.cosign/rfc3161timestamp", "timestampVerificationData")
}

func (m *mutated) takeFrom(other attached.Item, annotation, field string) {
	m.t.Helper()
	if m.shape.is.has(tagged) {
		m.item.Annotations[annotation] = other.Annotations[annotation]
		return
	}
	var from object
	if err := json.Unmarshal(other.Bytes, &from); err != nil {
		m.t.Fatal(err)
	}
	m.json(func(o object) {
		o["verificationMaterial"].(object)[field] = from["verificationMaterial"].(object)[field]
	})
}

// changePayload changes what is signed, in a place that nothing is asked of.
func (m *mutated) changePayload() {
	if m.item.Kind == attached.CosignSignature {
		m.replace("optional", "0ptional")
		return
	}
	m.envelope(func(e object) {
		payload, err := base64.StdEncoding.DecodeString(e["payload"].(string))
		if err != nil {
			m.t.Fatal(err)
		}
		e["payload"] = bytes.Replace(payload, []byte(`"image"`), []byte(`"imagf"`), 1)
	})
}

// changeSignature changes one bit of the signature.
func (m *mutated) changeSignature() {
	switch {
	case m.item.Kind == attached.CosignSignature:
		const name = "dev.cosignproject.cosign/signature"
		m.item.Annotations[name] = flip(m.t, m.item.Annotations[name])
	case m.shape.is.has(enveloped):
		m.envelope(func(e object) {
			s := e["signatures"].([]any)[0].(object)
			s["sig"] = flip(m.t, s["sig"].(string))
		})
	default:
		m.json(func(o object) {
			s := o["messageSignature"].(object)
			s["signature"] = flip(m.t, s["signature"].(string))
		})
	}
}

func flip(t *testing.T, encoded string) string {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	return base64.StdEncoding.EncodeToString(data)
}
