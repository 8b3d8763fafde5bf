// Stars in an open shadow root, with a button to vote.

import { post } from './api.js';

class Rating extends HTMLElement {
  connectedCallback() {
    const value = Number(this.getAttribute('value'));
    const root = this.attachShadow({ mode: 'open' });
    root.innerHTML = `
      <style>
        :host { display: flex; gap: 10px; align-items: center; color: #55614f; }
        .stars { color: #b7791f; letter-spacing: 2px; }
        button { font: inherit; border: 0; background: none; color: #22522b; text-decoration: underline; cursor: pointer; padding: 0; }
      </style>
      <span class="stars" role="img" aria-label="${value} of 5 stars">${'★'.repeat(value)}${'☆'.repeat(5 - value)}</span>
      <span class="votes">${this.getAttribute('votes')} votes</span>
      <button type="button">Vote</button>`;
    root.querySelector('button').addEventListener('click', async () => {
      const slug = document.getElementById('add').dataset.slug;
      const { votes } = await post('/api/vote', { slug });
      root.querySelector('.votes').textContent = `${votes} votes, yours included`;
    });
  }
}

customElements.define('perch-rating', Rating);
