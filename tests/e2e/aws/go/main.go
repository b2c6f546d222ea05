// A reader's program with the Go SDK: endpoint, region, credentials and trust come from the environment alone.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	must(err)
	objects(ctx, s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }))
	messages(ctx, sqs.NewFromConfig(cfg))
}

func objects(ctx context.Context, client *s3.Client) {
	bucket, key := aws.String("from-go"), aws.String("a//b/ü %2F")
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket})
	must(err)
	metadata := map[string]string{"author": "ann"}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("hello"), Metadata: metadata})
	must(err)
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	must(err)
	body, err := io.ReadAll(object.Body)
	must(err)
	fmt.Println(string(body), object.Metadata["author"])
}

func messages(ctx context.Context, client *sqs.Client) {
	queue, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("from-go")})
	must(err)
	_, err = client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("a message")})
	must(err)
	received, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 5})
	must(err)
	fmt.Println(*received.Messages[0].Body)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
