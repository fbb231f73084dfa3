package admission

import "encoding/json"

// The answer as admission.k8s.io/v1 writes it.
// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
type (
	wireReview struct {
		APIVersion string       `json:"apiVersion"`
		Kind       string       `json:"kind"`
		Response   wireResponse `json:"response"`
	}
	wireResponse struct {
		UID      string            `json:"uid"`
		Allowed  bool              `json:"allowed"`
		Status   *wireStatus       `json:"status,omitempty"`
		Warnings []string          `json:"warnings,omitempty"`
		Audit    map[string]string `json:"auditAnnotations,omitempty"`
	}
	wireStatus struct {
		Status  string       `json:"status"`
		Code    int          `json:"code"`
		Reason  string       `json:"reason"`
		Message string       `json:"message"`
		Details *wireDetails `json:"details,omitempty"`
	}
	wireDetails struct {
		Causes []wireCause `json:"causes"`
	}
	wireCause struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
		Field   string `json:"field,omitempty"`
	}
)

// MarshalJSON writes the response as an AdmissionReview of
// admission.k8s.io/v1.
func (r Response) MarshalJSON() ([]byte, error) {
	out := wireResponse{UID: r.UID, Allowed: r.Allowed, Warnings: r.Warnings, Audit: r.Audit}
	if !r.Allowed {
		out.Status = &wireStatus{Status: "Failure", Code: r.Code, Reason: r.Reason, Message: r.Message}
		for _, c := range r.Causes {
			if out.Status.Details == nil {
				out.Status.Details = &wireDetails{}
			}
			out.Status.Details.Causes = append(out.Status.Details.Causes, wireCause{Reason: c.Rule, Message: c.Message, Field: c.Field})
		}
	}
	return json.Marshal(wireReview{APIVersion: reviewVersion, Kind: reviewKind, Response: out})
}
