package bundle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
)

// Puller pulls bundles and holds them to a trust policy. It is immutable and
// may be used by many goroutines.
type Puller struct {
	Client *registry.Client // nil: no registry is asked, only the cache. Its budget is for all pulls together
	Cache  *Cache           // nil: nothing is kept
	Policy signature.Policy // who must have signed which bundles
	Now    func() time.Time // nil: time.Now

	// Steadfast takes what was accepted before where the registry says that it
	// has no such bundle, or lets nobody in, too: for who enforces, and must not
	// be locked out by a credential that has ended.
	Steadfast bool

	// Verify verifies what is signed. It is asked only about bundles that an
	// entry of the policy is for.
	Verify func(ctx context.Context, source signature.Source, image signature.Image, policy signature.Policy) (signature.Result, error)
}

// Want is a bundle that is asked for.
type Want struct {
	Reference imageref.Reference
	AtLeast   string // the oldest version that may be taken; "": any
	Ordered   bool   // what a tag names may never become older, see [Pulled.Keep]
	Running   *Running
	Untrusted bool // take what the trust policy refuses too, and say so; for those who only look
}

// Running is the version of a bundle that counts now.
type Running struct{ Revision, Digest string }

// Pulled is a bundle as it was found.
type Pulled struct {
	*Bundle
	Name       string // as it was asked for: repository with tag or digest
	Repository string
	Digest     string             // of the artifact
	Signers    []signature.Signer // whose signatures hold; empty where none is demanded
	Demanded   bool               // the trust policy has an entry for it
	Refused    string             // why the trust policy refuses it; "" where it does not
	Checked    time.Time          // when the registry said that this is it

	// Stale is why the registry was not asked although it had to be; "" where
	// it was, or where a digest says it all.
	Stale string

	keep func() error
}

// Keep notes that the bundle counts from now on: it is there when the registry
// is not, and what its tag names later must not be older. It is called once
// the rules have compiled.
func (p *Pulled) Keep() error { return p.keep() }

// Demands tells whether bundles of a repository must be signed.
func (p *Puller) Demands(ref imageref.Reference) bool {
	return p.Policy.Match(signature.Image{Repository: ref.Registry + "/" + ref.Repository}) >= 0
}

// Pull gets a bundle: one that is named by digest from the cache, where that
// has it, and any other from the registry. Where the registry is away, the
// cache has what was accepted before. The error is a [RefusedError], or one of
// package registry.
func (p *Puller) Pull(ctx context.Context, want Want) (*Pulled, error) {
	j := &job{Puller: p, want: want, repository: want.Reference.Registry + "/" + want.Reference.Repository}
	j.reference = cmp.Or(want.Reference.Digest, want.Reference.Tag, "latest")
	j.name = j.repository + ":" + j.reference
	if want.Reference.Digest != "" {
		j.name = j.repository + "@" + j.reference
	}
	if err := j.check(); err != nil {
		return nil, err
	}
	pulled, err := j.pull(ctx)
	if err != nil {
		return nil, err
	}
	return pulled, j.order(pulled)
}

// job is one pull.
type job struct {
	*Puller
	want       Want
	repository string
	reference  string // tag or digest
	name       string
}

func (j *job) refuse(format string, args ...any) error { return refuse(j.name, format, args...) }

// check refuses what could not be trusted whatever is found.
func (j *job) check() error {
	ref := j.want.Reference
	switch {
	case ref.Invalid != "" || ref.BadDigest != "" || ref.Unresolved:
		return refuse(ref.Raw, "%s", cmp.Or(ref.Invalid, ref.BadDigest, ref.Reason))
	case ref.Digest == "" && !j.want.Untrusted && !j.Demands(ref):
		return j.refuse("a tag may name other rules tomorrow, and no entry of policy-trust is for %s; name the bundle by its digest, or say in policy-trust who must sign it", j.repository)
	case ref.Digest != "" && !signature.ValidDigest(ref.Digest):
		return j.refuse("expected a sha256 digest")
	}
	return nil
}

func (j *job) pull(ctx context.Context) (*Pulled, error) {
	if j.want.Reference.Digest != "" {
		if pulled, err := j.cached(ctx); err == nil {
			return pulled, nil
		}
	}
	if j.Client == nil {
		pulled, err := j.cached(ctx)
		return pulled, j.away(pulled, "no registry is asked", err)
	}
	pulled, err := j.fetch(ctx)
	if err == nil || !errors.Is(err, registry.ErrUnavailable) && !(j.Steadfast && Unanswered(err)) {
		return pulled, err
	}
	pulled, missing := j.cached(ctx)
	if missing != nil {
		return nil, fmt.Errorf("%w; the cache does not help: %w", err, missing)
	}
	return pulled, j.away(pulled, err.Error(), nil)
}

// Unanswered tells whether an error says no more of a bundle than that its
// registry does not hand it out: it is away, it has no such bundle, or it lets
// nobody in.
func Unanswered(err error) bool {
	return errors.Is(err, registry.ErrUnavailable) || errors.Is(err, registry.ErrNotFound) || errors.Is(err, registry.ErrUnauthorized)
}

// away says why the registry was not asked. A digest needs nobody to say what
// it names.
func (j *job) away(pulled *Pulled, why string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %s, and the cache does not help: %w", j.name, why, err)
	}
	if j.want.Reference.Digest == "" {
		pulled.Stale = why
	}
	return nil
}

func (j *job) now() time.Time {
	if j.Now == nil {
		return time.Now()
	}
	return j.Now()
}

// fetch asks the registry.
func (j *job) fetch(ctx context.Context) (*Pulled, error) {
	repository, err := j.Client.Repository(j.want.Reference)
	if err != nil {
		return nil, err
	}
	source := repository.Signatures()
	m, err := source.Manifest(ctx, j.reference)
	if err != nil {
		return nil, err
	}
	layer, err := layerOf(m)
	if err != nil {
		return nil, j.refuse("%v", err)
	}
	archive, err := j.layer(ctx, source, layer)
	if err != nil {
		return nil, err
	}
	signed := newRecorder(source)
	pulled, err := j.accept(ctx, m, archive, signed)
	if err != nil {
		return nil, err
	}
	pulled.Checked = j.now()
	pulled.keep = func() error {
		return j.store(m, archive, &record{
			Version: 1, Repository: j.repository, Reference: j.reference, Digest: m.Digest, Layer: layer.Digest,
			Revision: pulled.Revision, Checked: pulled.Checked, Signed: signed.noted,
		})
	}
	return pulled, nil
}

// layer gives the bundle's bytes, which the cache may have.
func (j *job) layer(ctx context.Context, source signature.Source, layer descriptor) ([]byte, error) {
	if j.Cache != nil {
		if data, err := j.Cache.blob(layer.Digest, MaxArchive); err == nil {
			return data, nil
		}
	}
	return source.Blob(ctx, layer.Digest, MaxArchive)
}

// store keeps a bundle, and then the record that names it.
func (j *job) store(m signature.Manifest, archive []byte, r *record) error {
	if j.Cache == nil {
		return nil
	}
	for _, blob := range [][]byte{m.Bytes, archive} {
		if err := j.Cache.putBlob(blob); err != nil {
			return fmt.Errorf("keep %s: %w", j.name, err)
		}
	}
	if err := j.Cache.putRecord(r); err != nil {
		return fmt.Errorf("keep %s: %w", j.name, err)
	}
	return nil
}

// cached takes what was accepted before, and verifies it again.
func (j *job) cached(ctx context.Context) (*Pulled, error) {
	if j.Cache == nil {
		return nil, errors.New("there is none")
	}
	r, err := j.Cache.record(j.repository, j.reference)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, errors.New("it does not have the bundle")
	}
	manifest, err := j.Cache.blob(r.Digest, registry.MaxManifest)
	if err != nil {
		return nil, missing(err)
	}
	m := signature.Manifest{MediaType: mediaManifest, Digest: r.Digest, Bytes: manifest}
	layer, err := layerOf(m)
	if err != nil {
		return nil, err
	}
	archive, err := j.Cache.blob(layer.Digest, MaxArchive)
	if err != nil {
		return nil, missing(err)
	}
	if j.want.Reference.Digest != "" && r.Digest != j.want.Reference.Digest {
		return nil, errors.New("its record is of another digest")
	}
	pulled, err := j.accept(ctx, m, archive, r.Signed)
	if err != nil {
		return nil, err
	}
	pulled.Checked, pulled.keep = r.Checked, func() error { return nil }
	return pulled, nil
}

func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("it has lost the bundle")
	}
	return err
}

// accept verifies what is signed about a bundle, and reads it. What is refused
// is not even unpacked, unless somebody only looks.
func (j *job) accept(ctx context.Context, m signature.Manifest, archive []byte, source signature.Source) (*Pulled, error) {
	p := &Pulled{Name: j.name, Repository: j.repository, Digest: m.Digest, Demanded: j.Demands(j.want.Reference)}
	if p.Demanded {
		err := j.verify(ctx, p, source)
		refused := new(RefusedError)
		if j.want.Untrusted && errors.As(err, &refused) {
			p.Refused = refused.Reason
		} else if err != nil {
			return nil, err
		}
	}
	var err error
	if p.Bundle, err = Read(archive); err != nil {
		return nil, j.refuse("%v", err)
	}
	return p, nil
}

func (j *job) verify(ctx context.Context, p *Pulled, source signature.Source) error {
	result, err := j.Verify(ctx, source, signature.Image{Repository: j.repository, Digest: p.Digest}, j.Policy)
	if err != nil {
		return err
	}
	switch result.Status {
	case signature.Satisfied:
		p.Signers = signers(result)
		return nil
	case signature.Unavailable:
		return fmt.Errorf("%s: %w: what is signed about it: %s", j.name, registry.ErrUnavailable, why(result))
	case signature.Incomplete:
		return fmt.Errorf("%s: what is signed about it: %s", j.name, why(result))
	}
	return j.refuse("%s: %s", result.Status, why(result))
}

// why is the first thing that the policy demands and that does not hold.
func why(r signature.Result) string {
	demands := r.Attestations
	if r.Signature != nil {
		demands = slices.Insert(slices.Clone(demands), 0, *r.Signature)
	}
	for _, d := range demands {
		if d.Status != signature.Satisfied {
			return d.Message
		}
	}
	return string(r.Status)
}

// signers are all whose signatures or attestations were accepted.
func signers(r signature.Result) []signature.Signer {
	demands := r.Attestations
	if r.Signature != nil {
		demands = append(slices.Clone(demands), *r.Signature)
	}
	var all []signature.Signer
	for _, d := range demands {
		for _, a := range d.Authorities {
			for _, proof := range a.Accepted {
				if !slices.ContainsFunc(all, func(s signature.Signer) bool { return same(s, proof.Signer) }) {
					all = append(all, proof.Signer)
				}
			}
		}
	}
	return all
}

func same(a, b signature.Signer) bool {
	return a.Issuer == b.Issuer && a.Subject == b.Subject && a.KeyHash == b.KeyHash
}

// Resolve asks the registry alone which digest a reference names now.
func (p *Puller) Resolve(ctx context.Context, ref imageref.Reference) (string, error) {
	if ref.Digest != "" {
		return ref.Digest, nil
	}
	if p.Client == nil {
		return "", errors.New("no registry is asked")
	}
	repository, err := p.Client.Repository(ref)
	if err != nil {
		return "", err
	}
	m, err := repository.Manifest(ctx, cmp.Or(ref.Tag, "latest"))
	return m.Digest, err
}
