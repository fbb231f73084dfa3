package install

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

const (
	maxReplicas = 100              // that are asked
	askEvery    = 2 * time.Second  // while they do not all answer
	answerTime  = 10 * time.Second // of one of them
	maxAnswer   = 64 << 10         // bytes
)

// await waits until every replica answers, and the Service before them does.
func await(ctx context.Context, o *Options) error {
	ctx, cancel := context.WithTimeout(ctx, o.Wait)
	defer cancel()
	said := ""
	for {
		err := answering(ctx, o)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			o.tell(said)
		}
		select {
		case <-ctx.Done():
			// What was cut short by the end says less than what was said before.
			return fmt.Errorf("not armed: %s (%w)", cmp.Or(said, err.Error()), ctx.Err())
		case <-time.After(askEvery):
		}
	}
}

func (o *Options) tell(why string) {
	if o.Tell != nil {
		o.Tell(why)
	}
}

// answering tells why the API server could not rely on the webhook now.
func answering(ctx context.Context, o *Options) error {
	lookup := o.Lookup
	if lookup == nil {
		lookup = net.DefaultResolver.LookupHost
	}
	name := replicas + "." + o.Namespace + ".svc"
	addresses, err := lookup(ctx, name)
	if err != nil {
		return fmt.Errorf("no replica is ready: %w", err)
	}
	addresses = slices.Compact(slices.Sorted(slices.Values(addresses)))
	if len(addresses) < o.Replicas {
		return fmt.Errorf("%d of %d replicas are ready", len(addresses), o.Replicas)
	}
	for _, address := range addresses[:min(len(addresses), maxReplicas)] {
		if err := review(ctx, o, net.JoinHostPort(address, port)); err != nil {
			return fmt.Errorf("the replica at %s: %w", address, err)
		}
	}
	if err := review(ctx, o, net.JoinHostPort(o.host(), "443")); err != nil {
		return fmt.Errorf("the Service %s: %w", Name, err)
	}
	return nil
}

// review asks for a review as the API server would: with its CA, for its name.
func review(ctx context.Context, o *Options, address string) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+o.host()+"/validate", bytes.NewReader(probe))
	if err != nil {
		return err
	}
	call.Header.Set("Content-Type", "application/json")
	client := o.client(address)
	defer client.CloseIdleConnections()
	answer, err := client.Do(call)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answers a review with %s", answer.Status)
	}
	return allowed(body)
}

// client calls one address, whatever the URL says.
func (o *Options) client(address string) *http.Client {
	dial := o.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(o.CA)
	return &http.Client{
		Transport: &http.Transport{
			DialContext:     func(ctx context.Context, network, _ string) (net.Conn, error) { return dial(ctx, network, address) },
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusted, ServerName: o.host()},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// probe is a review of which every configuration says yes: that something
// goes, in no namespace of anybody.
var probe = []byte(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"` + probeUID + `","dryRun":true,"operation":"DELETE",` +
	`"kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},` +
	`"namespace":"guard-webhook-arm","name":"probe","userInfo":{"username":"guard-webhook-arm"}}}`)

const probeUID = "guard-webhook-arm"

func allowed(body []byte) error {
	var review struct {
		APIVersion string `json:"apiVersion"`
		Response   struct {
			UID     string `json:"uid"`
			Allowed bool   `json:"allowed"`
		} `json:"response"`
	}
	if err := json.Unmarshal(body, &review); err != nil {
		return fmt.Errorf("its answer is no review: %w", err)
	}
	if review.APIVersion != "admission.k8s.io/v1" || review.Response.UID != probeUID || !review.Response.Allowed {
		return errors.New("it denies what nobody denies; its log says why")
	}
	return nil
}
