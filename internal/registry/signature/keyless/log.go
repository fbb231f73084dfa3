package keyless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/sigstore/rekor/pkg/generated/client/entries"
	"github.com/sigstore/rekor/pkg/generated/models"
	sigstore "github.com/sigstore/sigstore-go/pkg/sign"

	"guard/internal/registry/transport"
)

// log asks a transparency log.
type log struct {
	carrier carrier
	base    string
}

func newLog(ctx context.Context, client *transport.Client, url string) *sigstore.Rekor {
	l := log{carrier{ctx: ctx, client: client, who: "the transparency log"}, base(url)}
	return sigstore.NewRekor(&sigstore.RekorOptions{BaseURL: l.base, Timeout: -1, Client: l})
}

// CreateLogEntry implements sigstore.RekorClient. An entry that is there
// already, since an answer was lost on its way, is as good as a new one.
func (l log) CreateLogEntry(params *entries.CreateLogEntryParams, _ ...entries.ClientOption) (*entries.CreateLogEntryCreated, error) {
	proposed, err := json.Marshal(params.ProposedEntry)
	if err != nil {
		return nil, err
	}
	answer, err := l.carrier.call(transport.Call{
		Method: http.MethodPost, URL: l.base + "/api/v1/log/entries", Body: proposed, Accept: http.StatusConflict,
		Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}},
	})
	if err == nil && answer.Status == http.StatusConflict {
		answer, err = l.existing(answer)
	}
	if err != nil {
		return nil, err
	}
	created := entries.NewCreateLogEntryCreated()
	created.ETag, created.Payload, err = readEntry(answer.Body)
	if err != nil {
		return nil, l.carrier.failed(err)
	}
	return created, nil
}

// existing fetches the entry that a conflict leads to, from the same host.
func (l log) existing(conflict *transport.Response) (*transport.Response, error) {
	local, err := conflict.Local(conflict.Header.Get("Location"))
	if err != nil {
		return nil, l.carrier.failed(err)
	}
	return l.carrier.call(transport.Call{URL: conflict.URL.Scheme + "://" + conflict.URL.Host + local, Header: http.Header{"Accept": {"application/json"}}})
}

// GetLogEntryByUUID implements sigstore.RekorClient, which asks for it only
// where CreateLogEntry tells of a conflict.
func (l log) GetLogEntryByUUID(*entries.GetLogEntryByUUIDParams, ...entries.ClientOption) (*entries.GetLogEntryByUUIDOK, error) {
	return nil, errors.ErrUnsupported
}

// readEntry reads the one entry of an answer, which is whole.
func readEntry(answer []byte) (id string, entry models.LogEntry, err error) {
	if err := json.Unmarshal(answer, &entry); err != nil || len(entry) != 1 {
		return "", nil, errors.New("its answer is no entry of a log")
	}
	for id, one := range entry {
		v := one.Verification
		if one.LogID == nil || one.LogIndex == nil || one.IntegratedTime == nil || v == nil || v.InclusionProof == nil {
			return "", nil, errors.New("its entry does not prove that the log holds it")
		}
		p := v.InclusionProof
		if p.RootHash == nil || p.LogIndex == nil || p.TreeSize == nil || p.Checkpoint == nil {
			return "", nil, fmt.Errorf("the proof of its entry %q is not whole", transport.Clean(id))
		}
		return id, entry, nil
	}
	return "", nil, nil
}
