package trace

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guard/internal/registry/signature"
)

// origin is where a trusted signer says that an image comes from.
type origin struct {
	what     string // what says it: "provenance", "certificate"
	commit   string // "" where it names none
	source   string // as [Place] writes it
	stated   bool   // the source is named as that, and not concluded from a dependency
	builder  string // the machine or reusable workflow that built it; "" where it names none
	workflow string // what was built by; "" where it names none
	trigger  string // what started that
	signer   string
}

// built is what built the image. Of a certificate, it is the workflow that
// signed, which another one may have called.
func (o origin) built() string {
	if o.what == "certificate" {
		return first(o.builder, o.workflow)
	}
	return first(o.workflow, o.builder)
}

// origins are what those who signed provenance say, or else, where that names
// no commit, those who signed the image in a run of its own repository: other
// repositories sign what they have only tested or copied.
func origins(r *signature.Result, own func(place string) bool) []origin {
	if r == nil {
		return nil
	}
	var all []origin
	for _, d := range r.Attestations {
		if isProvenance(d.PredicateType) {
			all = append(all, said(d)...)
		}
	}
	if r.Signature == nil || slices.ContainsFunc(all, func(o origin) bool { return o.commit != "" }) {
		return all
	}
	for _, o := range said(*r.Signature) {
		if own(o.source) {
			all = append(all, o)
		}
	}
	return all
}

// said is what a demand that is met says.
func said(d signature.Demand) []origin {
	if d.Status != signature.Satisfied {
		return nil
	}
	var all []origin
	for _, outcome := range d.Authorities {
		for _, proof := range outcome.Accepted {
			all = append(all, saidBy(proof)...)
		}
	}
	return all
}

// saidBy is what one proof says: its statement, and its certificate, of which
// the authority has seen the token of the run.
func saidBy(p signature.Proof) []origin {
	var all []origin
	if p.Statement != nil {
		if o, ok := stated(p.Statement.PredicateType, p.Statement.Predicate); ok {
			all = append(all, o)
		}
	}
	e := p.Signer.Extensions
	if e["sourceRepositoryDigest"] != "" || e["sourceRepositoryURI"] != "" {
		all = append(all, origin{
			what: "certificate", commit: hexOnly(e["sourceRepositoryDigest"]), source: Place(e["sourceRepositoryURI"]), stated: true,
			builder: e["buildSignerURI"], workflow: e["buildConfigURI"], trigger: e["buildTrigger"],
		})
	}
	for i := range all {
		all[i].signer = first(p.Signer.Subject, p.Signer.KeyHash)
	}
	return all
}

// resource is a source or a material.
type resource struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// commit is the commit that a resource is pinned to; "" where it is none.
func (r resource) commit() string {
	if commit := r.Digest["gitCommit"]; commit != "" {
		return hexOnly(commit)
	}
	if strings.HasPrefix(r.URI, "git+") || strings.HasPrefix(r.URI, "git@") || strings.Contains(r.URI, ".git") {
		return hexOnly(r.Digest["sha1"])
	}
	return ""
}

// stated reads provenance of SLSA 0.2 and 1.
func stated(predicateType string, predicate []byte) (origin, bool) {
	read := map[string]func([]byte) (origin, error){signature.PredicateProvenanceV1: readV1, signature.PredicateProvenanceV02: readV02}[predicateType]
	if read == nil {
		return origin{}, false
	}
	o, err := read(predicate)
	o.what = "provenance"
	return o, err == nil
}

func readV1(predicate []byte) (origin, error) {
	var p struct {
		BuildDefinition struct {
			ExternalParameters struct {
				Workflow struct {
					Repository, Path, Ref string
				}
			}
			InternalParameters struct {
				GitHub struct {
					EventName string `json:"event_name"`
				}
			}
			ResolvedDependencies []resource
		}
		RunDetails struct {
			Builder struct{ ID string }
		}
	}
	if err := json.Unmarshal(predicate, &p); err != nil {
		return origin{}, fmt.Errorf("read provenance: %w", err)
	}
	flow := p.BuildDefinition.ExternalParameters.Workflow
	o := origin{source: Place(flow.Repository), builder: p.RunDetails.Builder.ID, trigger: p.BuildDefinition.InternalParameters.GitHub.EventName}
	o.stated = o.source != ""
	if flow.Path != "" {
		o.workflow = flow.Repository + "/" + flow.Path + "@" + flow.Ref
	}
	o.pin(p.BuildDefinition.ResolvedDependencies)
	return o, nil
}

func readV02(predicate []byte) (origin, error) {
	var p struct {
		Builder    struct{ ID string }
		Invocation struct {
			ConfigSource struct {
				resource
				EntryPoint string
			}
			Environment struct {
				EventName string `json:"github_event_name"`
			}
		}
		Materials []resource
	}
	if err := json.Unmarshal(predicate, &p); err != nil {
		return origin{}, fmt.Errorf("read provenance: %w", err)
	}
	from := p.Invocation.ConfigSource
	commit := first(from.Digest["gitCommit"], from.Digest["sha1"])
	o := origin{source: Place(from.URI), commit: hexOnly(commit), builder: p.Builder.ID, trigger: p.Invocation.Environment.EventName}
	o.stated = o.source != ""
	if o.source != "" && strings.Contains(from.EntryPoint, "/") {
		o.workflow = o.source + "/" + from.EntryPoint
	}
	if o.commit == "" {
		o.pin(p.Materials)
	}
	return o, nil
}

// pin takes the commit of the one dependency that is the source. Where several
// might be, it is not known.
func (o *origin) pin(dependencies []resource) {
	found := map[string]string{} // places, by commit
	for _, d := range dependencies {
		place, commit := Place(d.URI), d.commit()
		if commit != "" && (o.source == "" || place == o.source) {
			found[commit] = place
		}
	}
	if len(found) != 1 {
		return
	}
	for commit, place := range found {
		o.commit, o.source = commit, place
	}
}

// hexOnly is a commit, 7 to 64 hex digits in lower case; "" where the text is
// none.
func hexOnly(text string) string {
	text = strings.ToLower(text)
	if len(text) < 7 || len(text) > 64 || strings.Trim(text, "0123456789abcdef") != "" {
		return ""
	}
	return text
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
