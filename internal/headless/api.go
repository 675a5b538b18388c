package headless

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"huifang/signaling/wire"
)

// api speaks to the HTTP interface of the server.
type api struct {
	base   *url.URL
	client *http.Client
	jar    *cookiejar.Jar
}

func newAPI(server string) (*api, error) {
	base, err := url.Parse(strings.TrimRight(server, "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("server %q is not a URL such as http://127.0.0.1:8080", server)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &api{base: base, client: &http.Client{Jar: jar}, jar: jar}, nil
}

// do sends a request and reads the answer; a problem comes as *wire.Problem.
func (a *api) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base.String()+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 400 {
		var p wire.Problem
		if json.Unmarshal(b, &p) != nil || p.Code == "" {
			return fmt.Errorf("%s %s: %s", method, path, resp.Status)
		}
		return &p
	}
	if out == nil || len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, out)
}

// header is what the socket is opened with.
func (a *api) header() http.Header {
	h := http.Header{}
	for _, c := range a.jar.Cookies(a.base) {
		h.Add("Cookie", c.Name+"="+c.Value)
	}
	return h
}

// socket is the URL of the softphone socket.
func (a *api) socket() string {
	u := *a.base
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	u.Path = "/api/v1/softphone"
	return u.String()
}

// task is what is needed of a task's detail.
type task struct {
	ID     uuid.UUID `json:"id"`
	Window struct {
		AllowedNow bool `json:"allowed_now"`
	} `json:"window"`
	State string `json:"state"`
	Card  struct {
		ContactPoints []struct {
			ID      uuid.UUID `json:"id"`
			Invalid bool      `json:"invalid"`
		} `json:"contact_points"`
	} `json:"customer_card"`
}

// pick gives the named task, or with "next" the first of the desk that the
// gate lets through.
func (a *api) pick(ctx context.Context, which string) (taskID, contactPoint uuid.UUID, err error) {
	ids := []uuid.UUID{}
	if which == "next" {
		var desk struct {
			Tasks []task `json:"tasks"`
		}
		if err := a.do(ctx, http.MethodGet, "/api/v1/tasks?scope=desk&limit=100", nil, &desk); err != nil {
			return taskID, contactPoint, err
		}
		for _, t := range desk.Tasks {
			if t.Window.AllowedNow && (t.State == "open" || t.State == "waiting" || t.State == "appointment") {
				ids = append(ids, t.ID)
			}
		}
		if len(ids) == 0 {
			return taskID, contactPoint, fmt.Errorf("no task on the desk can be called now")
		}
		taskID = ids[0]
	} else if taskID, err = uuid.Parse(which); err != nil {
		return taskID, contactPoint, fmt.Errorf("task %q is neither an id nor next", which)
	}
	var t task
	if err := a.do(ctx, http.MethodGet, "/api/v1/tasks/"+taskID.String(), nil, &t); err != nil {
		return taskID, contactPoint, err
	}
	for _, p := range t.Card.ContactPoints {
		if !p.Invalid {
			return taskID, p.ID, nil
		}
	}
	return taskID, contactPoint, fmt.Errorf("task %s has no number that can be dialled", taskID)
}
