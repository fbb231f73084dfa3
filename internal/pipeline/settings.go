package pipeline

// Settings is what the forge says of an environment, which no file does.
type Settings struct {
	Read                bool  `json:"read"`                  // they were looked at; else nothing of the rest is known
	Exists              Fact  `json:"exists"`                // no: the first deployment creates it, unprotected
	Protected           Fact  `json:"protected"`             // anything at all guards it
	Approval            Fact  `json:"approval"`              // somebody must agree before a deployment goes on
	RequiredApprovals   Count `json:"required_approvals"`    // how many people at least must agree
	SelfReviewPrevented Fact  `json:"self_review_prevented"` // who started the deployment may not agree to it
	AdminsMayBypass     Fact  `json:"admins_may_bypass"`     // administrators may go past what guards it
	AnyBranch           Fact  `json:"any_branch"`            // whoever can push a branch can name it so that it may deploy
}

// Count is a number with the reason where it is unknown.
type Count struct {
	Value  *int   `json:"value"`  // null where it is unknown
	Reason string `json:"reason"` // "" where it is known
}

// UnreadSettings are those of an environment of which nothing is known, for a
// reason.
func UnreadSettings(reason string) Settings {
	unknown := Fact{Holds: "unknown", Reason: reason}
	return Settings{
		Exists: unknown, Protected: unknown, Approval: unknown, RequiredApprovals: Count{Reason: reason},
		SelfReviewPrevented: unknown, AdminsMayBypass: unknown, AnyBranch: unknown,
	}
}
