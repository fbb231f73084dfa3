package clustertest

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Review is one AdmissionReview, as the API server has sent it.
type Review struct {
	Raw []byte // the whole body

	UID         string
	Operation   string   // CREATE, UPDATE, DELETE, CONNECT
	Group       string   // of the resource
	Resource    string   // plural: pods, deployments
	SubResource string   // scale, status, binding, …, or nothing
	Kind        string   // of the object, which is not the resource's for a subresource
	Options     string   // kind of the options: CreateOptions too where a patch makes the object
	Namespace   string   // nothing for what is in none
	Name        string   // nothing where the object is to be given one
	User        string   // who asks
	Groups      []string // that the user is in
	DryRun      bool
	HasObject   bool
	HasOld      bool
}

// wire is the part of an AdmissionReview that Review tells.
type wire struct {
	APIVersion, Kind string
	Request          *struct {
		UID, Operation, SubResource, Namespace, Name string
		Kind                                         struct{ Kind string }
		Resource                                     struct{ Group, Resource string }
		UserInfo                                     struct {
			Username string
			Groups   []string
		}
		Options           struct{ Kind string }
		DryRun            bool
		Object, OldObject json.RawMessage
	}
}

// ReadReview reads the body of an AdmissionReview of version v1.
func ReadReview(body []byte) (Review, error) {
	var w wire
	if err := json.Unmarshal(body, &w); err != nil {
		return Review{}, fmt.Errorf("read an AdmissionReview: %w", err)
	}
	if w.APIVersion != "admission.k8s.io/v1" || w.Kind != "AdmissionReview" || w.Request == nil {
		return Review{}, errors.New("read an AdmissionReview: it is none of admission.k8s.io/v1 with a request")
	}
	r := w.Request
	return Review{
		Raw: body, UID: r.UID, Operation: r.Operation, Group: r.Resource.Group, Resource: r.Resource.Resource, SubResource: r.SubResource, Kind: r.Kind.Kind,
		Options: r.Options.Kind, Namespace: r.Namespace, Name: r.Name, User: r.UserInfo.Username, Groups: r.UserInfo.Groups, DryRun: r.DryRun,
		HasObject: given(r.Object), HasOld: given(r.OldObject),
	}, nil
}

func given(value json.RawMessage) bool { return len(value) > 0 && string(value) != "null" }
