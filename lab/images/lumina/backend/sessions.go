package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// sessions issues and verifies JSON Web Tokens (RFC 7519) signed with HMAC-SHA256, and accepts no other algorithm.
type sessions struct{ key []byte }

const header = `{"alg":"HS256","typ":"JWT"}`
const lifetime = 24 * time.Hour

type claims struct {
	Subject string `json:"sub"`
	Expires int64  `json:"exp"`
}

func (s sessions) issue(name string, now time.Time) string {
	body, _ := json.Marshal(claims{Subject: name, Expires: now.Add(lifetime).Unix()})
	content := encode([]byte(header)) + "." + encode(body)
	return content + "." + encode(s.sign(content))
}

func (s sessions) verify(token string, now time.Time) (string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[0] != encode([]byte(header)) {
		return "", false
	}
	given, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(given, s.sign(parts[0]+"."+parts[1])) {
		return "", false
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	var held claims
	if err != nil || json.Unmarshal(body, &held) != nil || now.Unix() > held.Expires {
		return "", false
	}
	return held.Subject, true
}

func (s sessions) sign(content string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(content))
	return mac.Sum(nil)
}

func encode(content []byte) string { return base64.RawURLEncoding.EncodeToString(content) }
