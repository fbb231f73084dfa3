package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"guard/admission"
)

// Event implements [admission.EventWriter].
var _ admission.EventWriter = (*Cluster)(nil)

// The parts of an event as events.k8s.io/v1 has them.
// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
type (
	event struct {
		APIVersion          string     `json:"apiVersion"`
		Kind                string     `json:"kind"`
		Metadata            eventName  `json:"metadata"`
		EventTime           string     `json:"eventTime"`
		Type                string     `json:"type"`
		Reason              string     `json:"reason"`
		Action              string     `json:"action"`
		Note                string     `json:"note"`
		Regarding           reference  `json:"regarding"`
		Related             *reference `json:"related,omitempty"`
		ReportingController string     `json:"reportingController"`
		ReportingInstance   string     `json:"reportingInstance"`
	}
	eventName struct {
		GenerateName string `json:"generateName"`
		Namespace    string `json:"namespace"`
	}
	reference struct {
		APIVersion string `json:"apiVersion,omitempty"`
		Kind       string `json:"kind,omitempty"`
		Namespace  string `json:"namespace,omitempty"`
		Name       string `json:"name,omitempty"`
	}
)

var eventsResource = admission.Resource{Group: "events.k8s.io", Version: "v1", Resource: "events"}

// maxInstance bounds the name of an instance, in bytes.
const maxInstance = 128

// WriteEvent implements [admission.EventWriter]. The event lies in the namespace
// that this process runs in, and regards its Pod. It needs no right but to
// create events there.
func (c *Cluster) WriteEvent(ctx context.Context, e admission.Event) error {
	pod, err := os.Hostname() // in a Pod its name
	if err != nil {
		pod = "guard-webhook"
	}
	body := event{
		APIVersion: "events.k8s.io/v1", Kind: "Event", Metadata: eventName{GenerateName: "guard-webhook-", Namespace: c.namespace},
		EventTime: time.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00"),
		Type:      "Normal", Reason: e.Reason, Action: e.Action, Note: e.Note,
		Regarding:           reference{APIVersion: "v1", Kind: "Pod", Namespace: c.namespace, Name: pod},
		ReportingController: "guard-webhook", ReportingInstance: pod[:min(len(pod), maxInstance)],
	}
	if e.Warning {
		body.Type = "Warning"
	}
	if e.Count > 1 {
		body.Note = fmt.Sprintf("(%d times) %s", e.Count, e.Note)
	}
	if e.Related != (admission.Related{}) {
		body.Related = &reference{e.Related.APIVersion, e.Related.Kind, e.Related.Namespace, e.Related.Name}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	err = c.raw.Post().AbsPath(pathOf(eventsResource, c.namespace)).SetHeader("Content-Type", "application/json").Body(text).Do(ctx).Error()
	if err != nil {
		return fmt.Errorf("write event in namespace %s: %w", c.namespace, reason(err))
	}
	return nil
}
