package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// maxConditions is how long all conditions on one image may take together.
const maxConditions = 10 * time.Second

// check verifies everything that an entry demands.
func (e entry) check(ctx context.Context, image signature.Image, at int, sets []attached.Set) signature.Result {
	ctx, cancel := context.WithTimeout(ctx, maxConditions)
	defer cancel()
	result := signature.Result{Image: image, Status: signature.Satisfied, Entry: at}
	e.judge(ctx, &result, e.gather(&result, sets))
	return result
}

// gather reads what was found. What hangs on another digest than the image's,
// or its index's where that counts, is left out.
func (e entry) gather(result *signature.Result, sets []attached.Set) []candidate {
	var found []candidate
	for _, set := range sets {
		covered := e.trust.IndexCoversPlatforms && set.Digest == result.Image.Index
		if set.Digest != result.Image.Digest && !covered {
			continue
		}
		result.Problems = append(result.Problems, set.Problems...)
		for _, item := range set.Items {
			found = append(found, newCandidate(item, set.Digest))
		}
	}
	return found
}

func (e entry) judge(ctx context.Context, result *signature.Result, found []candidate) {
	j := judge{found: found, missed: missed(result.Problems), image: result.Image, sameRepository: e.trust.SameRepository}
	if len(e.authorities) > 0 {
		demand := j.demand(signature.PredicateCosignSign, e.authorities, e.trust.Threshold, anything)
		demand.PredicateType = ""
		result.Signature = &demand
		result.Status = worse(result.Status, demand.Status)
	}
	for i, a := range e.trust.Attestations {
		demand := j.demand(a.PredicateType, e.attestations[i], a.Threshold, conditionOf(ctx, a))
		demand.Name = a.Name
		result.Attestations = append(result.Attestations, demand)
		result.Status = worse(result.Status, demand.Status)
	}
}

// missed says what the problems mean for what was not found.
func missed(problems []signature.Problem) signature.Status {
	status := signature.Satisfied
	for _, p := range problems {
		status = worse(status, p.Status)
	}
	return status
}

// severity orders the statuses: what is not known comes before what is, because
// looking again may change it.
var severity = []signature.Status{signature.Satisfied, signature.Unsigned, signature.Invalid, signature.Incomplete, signature.Unavailable}

func worse(a, b signature.Status) signature.Status {
	if slices.Index(severity, a) >= slices.Index(severity, b) {
		return a
	}
	return b
}

// judge holds what all demands on one image share.
type judge struct {
	found          []candidate
	missed         signature.Status
	image          signature.Image
	sameRepository bool
}

// demand asks of some authorities that they have signed a statement of one
// type. A signature is a statement of cosign's own type.
func (j judge) demand(predicateType string, authorities []authority, threshold int, holds condition) signature.Demand {
	demand := signature.Demand{PredicateType: predicateType}
	for _, a := range authorities {
		demand.Authorities = append(demand.Authorities, j.outcome(a, predicateType, holds))
	}
	if threshold == signature.All {
		threshold = len(authorities)
	}
	demand.Status, demand.Message = j.settle(demand, max(1, threshold))
	return demand
}

// settle says whether enough authorities have signed.
func (j judge) settle(demand signature.Demand, threshold int) (signature.Status, string) {
	status, signed := signature.Satisfied, 0
	for _, outcome := range demand.Authorities {
		status = worse(status, outcome.Status)
		if outcome.Status == signature.Satisfied {
			signed++
		}
	}
	switch independent := signature.IndependentSigners(demand.Authorities); {
	case independent >= threshold:
		return signature.Satisfied, ""
	case signed >= threshold:
		return signature.Invalid, fmt.Sprintf("%d authorities have signed, by %d independent signers; %d are demanded", signed, independent, threshold)
	case status == signature.Unsigned && signed == 0:
		return status, j.nothing(demand.PredicateType)
	}
	return status, fmt.Sprintf("%d of %d authorities have signed; %d are demanded%s", signed, len(demand.Authorities), threshold, firstMessage(demand.Authorities))
}

func firstMessage(outcomes []signature.Outcome) string {
	for _, o := range outcomes {
		if o.Status != signature.Satisfied && o.Message != "" {
			return ": " + o.Authority + ": " + o.Message
		}
	}
	return ""
}

// nothing says that there is nothing of a type, and what there is instead.
func (j judge) nothing(predicateType string) string {
	var others []string
	for _, c := range j.found {
		if t := c.statement.PredicateType; t != "" && t != predicateType {
			others = append(others, t)
		}
	}
	slices.Sort(others)
	there := strings.Join(slices.Compact(others), ", ")
	switch {
	case predicateType != signature.PredicateCosignSign && there == "":
		return "there is no attestation of type " + predicateType
	case predicateType != signature.PredicateCosignSign:
		return "there is no attestation of type " + predicateType + "; attached is " + there
	case there == "":
		return "there is no signature"
	}
	return "there is no signature; an attestation is attached (" + there + "), which is none"
}

// outcome says what one authority has signed of a type. Whatever does not hold
// takes nothing away from what does.
func (j judge) outcome(a authority, predicateType string, holds condition) signature.Outcome {
	outcome := signature.Outcome{Authority: a.name, Status: signature.Unsigned}
	for _, c := range j.found {
		if !c.mayBe(predicateType) {
			continue
		}
		proof, failure := a.accept(c, j)
		if failure == nil {
			failure = holds(c)
		}
		if failure == nil {
			outcome.Accepted = append(outcome.Accepted, proof)
		} else {
			outcome.Failures = append(outcome.Failures, *failure)
		}
	}
	outcome.Status, outcome.Message = j.conclude(outcome)
	return outcome
}

func (j judge) conclude(o signature.Outcome) (signature.Status, string) {
	switch {
	case len(o.Accepted) > 0:
		return signature.Satisfied, ""
	case j.missed == signature.Unavailable:
		return j.missed, "the registry did not give everything that is attached"
	case j.missed == signature.Incomplete:
		return j.missed, "more is attached than guard looks at"
	case len(o.Failures) > 0:
		return signature.Invalid, o.Failures[0].Message
	}
	return signature.Unsigned, ""
}
