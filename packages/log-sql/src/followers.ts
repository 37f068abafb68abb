// Those who follow a log. A follower that throws is a bug of its own: what is committed stays committed, and the others hear.
export class Followers<News> {
  readonly #all = new Set<(news: News) => void>();

  /** Returns the way to stop. */
  add(follower: (news: News) => void): () => void {
    this.#all.add(follower);
    return () => this.#all.delete(follower);
  }

  tell(news: News): void {
    for (const follower of this.#all) {
      try {
        follower(news);
      } catch (error) {
        setImmediate(() => {
          throw error;
        });
      }
    }
  }
}
