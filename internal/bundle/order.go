package bundle

import (
	"cmp"

	"guard/internal/registry/signature"
)

// order refuses what is older than it may be: than the call says, than what
// runs, than what a tag has named before. What is newer was decided by whoever
// signed it; an old bundle has a good signature for ever.
func (j *job) order(p *Pulled) error {
	if j.want.AtLeast != "" {
		if err := j.newer(p, j.want.AtLeast, "the configuration demands at least"); err != nil {
			return err
		}
	}
	if !j.want.Ordered || j.want.Reference.Digest != "" {
		return nil
	}
	if !IsVersion(p.Revision) {
		return j.refuse("its revision %q is no semantic version, so nobody can tell whether it is older than what was there before; name it by its digest %s", p.Revision, p.Digest)
	}
	if running := j.want.Running; running != nil {
		if err := j.notBefore(p, *running, "running is"); err != nil {
			return err
		}
	}
	if j.Cache == nil {
		return nil
	}
	r, err := j.Cache.record(j.repository, j.reference)
	if err != nil || r == nil {
		return err
	}
	return j.notBefore(p, Running{r.Revision, r.Digest}, "the last that was accepted is")
}

func (j *job) notBefore(p *Pulled, floor Running, what string) error {
	if err := j.newer(p, floor.Revision, what); err != nil {
		return err
	}
	if p.Revision == floor.Revision && p.Digest != floor.Digest {
		return j.refuse("version %s is now %s and was %s; a version means one bundle for ever, so publish the change as a higher one", p.Revision, p.Digest, floor.Digest)
	}
	return nil
}

func (j *job) newer(p *Pulled, floor, what string) error {
	switch {
	case !IsVersion(floor):
		return nil
	case !IsVersion(p.Revision):
		return j.refuse("its revision %q is no semantic version, and %s %s", p.Revision, what, floor)
	case compareVersions(p.Revision, floor) < 0:
		return j.refuse("version %s is older, %s %s; to go back on purpose, name it by its digest %s", p.Revision, what, floor, p.Digest)
	}
	return nil
}

// SignerText is a signer in a few words.
func SignerText(s signature.Signer) string {
	if s.KeyHash != "" {
		return "key " + s.KeyHash
	}
	return cmp.Or(s.Subject, "?") + " (" + s.Issuer + ")"
}
