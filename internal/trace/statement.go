package trace

import "guard/internal/registry/signature"

// Provenance is what a trusted signer says of how an image was built. What is
// "" is not said.
type Provenance struct {
	Signer   string // subject of the certificate, or hash of the key
	Builder  string // id of the machine or reusable workflow, as it is written
	Workflow string // address, path and ref of the workflow, as it is written
	Source   string // the repository, as [Place] writes it
	Commit   string // hex digits in lower case
	Trigger  string // the event that started the build: "push"
}

// Provenances lists what each signed provenance says that the trust policy
// demands and accepts. What a statement leaves out is taken from the certificate
// of who signed it. A source that is only concluded, because it is the one
// dependency, is none.
func Provenances(r signature.Result) []Provenance {
	var all []Provenance
	for _, d := range r.Attestations {
		if !isProvenance(d.PredicateType) || d.Status != signature.Satisfied {
			continue
		}
		for _, outcome := range d.Authorities {
			for _, proof := range outcome.Accepted {
				all = append(all, provenanceOf(proof))
			}
		}
	}
	return all
}

func provenanceOf(proof signature.Proof) Provenance {
	p := Provenance{Signer: first(proof.Signer.Subject, proof.Signer.KeyHash)}
	for _, o := range saidBy(proof) { // the statement comes first
		if !o.stated {
			o.source = ""
		}
		p.Builder, p.Workflow = first(p.Builder, o.builder), first(p.Workflow, o.workflow)
		p.Source, p.Commit, p.Trigger = first(p.Source, o.source), first(p.Commit, o.commit), first(p.Trigger, o.trigger)
	}
	return p
}
