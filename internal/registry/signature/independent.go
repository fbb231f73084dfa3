package signature

// IndependentSigners counts how many authorities can be given a signer of
// their own, so that one signature never counts for two of them (a maximum
// matching of authorities and signers).
func IndependentSigners(outcomes []Outcome) int {
	m := matching{outcomes: outcomes, owner: map[signer]int{}}
	count := 0
	for i := range outcomes {
		if m.assign(i, map[signer]bool{}) {
			count++
		}
	}
	return count
}

// signer is who signed, in what makes one different from another.
type signer struct{ issuer, subject, key string }

type matching struct {
	outcomes []Outcome
	owner    map[signer]int
}

// assign finds a signer for an authority, moving others where that helps.
func (m matching) assign(authority int, tried map[signer]bool) bool {
	for _, proof := range m.outcomes[authority].Accepted {
		s := signer{proof.Signer.Issuer, proof.Signer.Subject, proof.Signer.KeyHash}
		if tried[s] {
			continue
		}
		tried[s] = true
		if owner, taken := m.owner[s]; !taken || m.assign(owner, tried) {
			m.owner[s] = authority
			return true
		}
	}
	return false
}
